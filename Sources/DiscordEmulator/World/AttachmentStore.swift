import Collections
import DequeModule

/// The bytes of attachments, oldest dropped first when all of them together pass a bound.
struct AttachmentStore: Sendable {
    let limitBytes: Int
    private(set) var totalBytes = 0
    private var files: [ID: [UInt8]] = [:]
    private var order: Deque<ID> = []

    init(limitBytes: Int) { self.limitBytes = limitBytes }

    /// All of them, oldest first.
    var stored: [(id: ID, bytes: [UInt8])] { order.compactMap { id in files[id].map { (id, $0) } } }

    subscript(_ id: ID) -> [UInt8]? { files[id] }

    mutating func store(_ bytes: [UInt8], as id: ID) {
        files[id] = bytes
        order.append(id)
        totalBytes += bytes.count
        while totalBytes > limitBytes, let oldest = order.popFirst() { drop(oldest) }
    }

    mutating func remove(_ id: ID) {
        drop(id)
        // The order keeps the id until it comes to its turn; a long tail of removed ids is cut here.
        if order.count > 64, order.count > 2 * files.count { order.removeAll { files[$0] == nil } }
    }

    private mutating func drop(_ id: ID) {
        if let bytes = files.removeValue(forKey: id) { totalBytes -= bytes.count }
    }
}
