/// JSON text as a flat list of tokens: one pass says where everything lies, and nothing is made of it before somebody asks.
///
/// ``JSONReader`` reads values from it. What it accepts is what Foundation's `JSONDecoder` accepts of UTF-8: texts and numbers are judged
/// when they are asked for. A plain pointer, which costs no counting of references, and there are many; whoever makes one frees it.
struct JSONTape {
    enum Kind: UInt8 {
        case null, no, yes, number, string, array, object
    }

    /// Sixteen bytes. An object's members are a key's token, then its value's.
    struct Token {
        /// Of a text or number: where it begins.
        var start: UInt32
        /// Of a text or number its bytes, of an array its elements, of an object its members.
        var count: UInt32 = 0
        /// The token after this value; after the member for a key.
        var next: UInt32
        var kind: Kind
        /// Of a text: it has neither escapes nor control characters nor anything beyond ASCII. Of an object: all its keys are so.
        var isPlain = true
        /// Of a text: bytes as they are make it, once they are valid UTF-8.
        var isSimple = true
    }

    private struct Storage {
        let text: UnsafeMutablePointer<UInt8>
        var tokens: UnsafeMutablePointer<Token>
        var count = 0
        var capacity: Int
        /// Members by key of the objects that have many.
        var members: [Int: [String: Int]] = [:]
        /// How far the search for a path has come in a container: its child and that child's number.
        var progress: [Int: (child: Int, number: Int)] = [:]
    }

    /// As deep as Foundation goes.
    static let deepest = 512
    /// Zeros after the text, which end every loop that reads it word by word.
    private static let padding = 16

    let length: Int
    private let storage: UnsafeMutablePointer<Storage>

    /// Copies the text and reads it; to be freed.
    init(_ bytes: UnsafeRawBufferPointer) throws {
        length = bytes.count
        guard length < Int(UInt32.max) - Self.padding else { throw Self.malformed() }
        let text = UnsafeMutablePointer<UInt8>.allocate(capacity: length + Self.padding)
        if let start = bytes.baseAddress { UnsafeMutableRawPointer(text).copyMemory(from: start, byteCount: length) }
        (text + length).initialize(repeating: 0, count: Self.padding)
        let capacity = 16 + length / 8
        storage = .allocate(capacity: 1)
        storage.initialize(to: Storage(text: text, tokens: .allocate(capacity: capacity), capacity: capacity))
        do { try fill() } catch {
            free()
            throw error
        }
    }

    func free() {
        storage.pointee.text.deallocate()
        storage.pointee.tokens.deallocate()
        storage.deinitialize(count: 1)
        storage.deallocate()
    }

    @inline(__always)
    var text: UnsafeMutablePointer<UInt8> { storage.pointee.text }

    @inline(__always)
    var tokens: UnsafeMutablePointer<Token> { storage.pointee.tokens }

    @inline(__always)
    var count: Int { storage.pointee.count }

    var members: [Int: [String: Int]] {
        get { storage.pointee.members }
        nonmutating _modify { yield &storage.pointee.members }
    }

    var progress: [Int: (child: Int, number: Int)] {
        get { storage.pointee.progress }
        nonmutating _modify { yield &storage.pointee.progress }
    }

    @inline(__always)
    func append(_ token: Token) {
        if storage.pointee.count == storage.pointee.capacity { grow() }
        (storage.pointee.tokens + storage.pointee.count).initialize(to: token)
        storage.pointee.count += 1
    }

    private func grow() {
        let (old, capacity) = (storage.pointee.tokens, storage.pointee.capacity)
        let larger = UnsafeMutablePointer<Token>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: old, count: capacity)
        old.deallocate()
        (storage.pointee.tokens, storage.pointee.capacity) = (larger, capacity * 2)
    }

    static func malformed() -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "the text is not valid JSON"))
    }
}
