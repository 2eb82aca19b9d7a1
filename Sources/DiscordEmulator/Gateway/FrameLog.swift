import DequeModule
import OrderedCollections
import Support

/// The last frames of all gateway sockets, for the inspector. Kept as bytes, which the replay of a session shares; read only when shown.
struct FrameLog: Sendable {
    enum Content: Sendable {
        case opened(compression: GatewayCompression?)
        case sent([UInt8])
        case received([UInt8])
        case closed(code: Int?, reason: String, byBot: Bool)

        var size: Int {
            switch self {
            case .sent(let bytes), .received(let bytes): bytes.count
            case .opened, .closed: 0
            }
        }
    }

    struct Entry: Sendable {
        let number: Int
        let at: Timestamp
        let connectionID: Int
        let applicationID: ID?
        let content: Content
    }

    static let limit = 2_000
    static let limitBytes = 16 << 20
    /// A longer frame is shown without its data.
    static let shownBytes = 256 << 10

    private var entries: Deque<Entry> = []
    private var totalBytes = 0
    private var total = 0

    mutating func add(_ content: Content, connection: Int, application: ID?, at now: Timestamp) {
        total += 1
        totalBytes += content.size
        entries.append(Entry(number: total, at: now, connectionID: connection, applicationID: application, content: content))
        while entries.count > Self.limit || totalBytes > Self.limitBytes, let oldest = entries.popFirst() {
            totalBytes -= oldest.content.size
        }
    }

    /// Those after a number, oldest first.
    func list(after number: Int, limit: Int) -> [Entry] {
        let skipped = max(0, number - (total - entries.count))
        return Array(entries.dropFirst(skipped).prefix(limit))
    }

    static func shown(_ entries: [Entry], after number: Int) -> JSON {
        ["frames": .list(entries.map(\.shown)), "next": .int(entries.last?.number ?? number)]
    }
}

extension FrameLog.Entry {
    var shown: JSON {
        var shown: JSONObject = [
            "n": .int(number), "at_ms": .int(at.millisecondsSinceEpoch), "connection": .int(connectionID),
            "application_id": .id(applicationID),
        ]
        switch content {
        case .opened(let compression):
            shown["event"] = "open"
            shown["compression"] = .optional(compression?.rawValue)
        case .closed(let code, let reason, let byBot):
            shown["event"] = "close"
            shown["code"] = code.map { .int($0) } ?? .null
            shown["reason"] = .string(reason)
            shown["by"] = .string(byBot ? "bot" : "emulator")
        case .sent(let bytes): describe(bytes, "sent", &shown)
        case .received(let bytes): describe(bytes, "received", &shown)
        }
        return .object(shown)
    }

    private func describe(_ bytes: [UInt8], _ event: String, _ shown: inout JSONObject) {
        shown["event"] = .string(event)
        shown["size"] = .int(bytes.count)
        guard bytes.count <= FrameLog.shownBytes, let frame = try? JSONReader.read(bytes), frame.object != nil else {
            shown["text"] = .string(String(decoding: bytes.prefix(1_024), as: UTF8.self))
            return
        }
        for key in ["op", "t", "s"] { shown[key] = frame[key] ?? .null }
        var data = frame["d"] ?? .null
        if data["token"]?.string != nil, event == "received" { data = data.merging(["token": "(hidden)"]) }
        shown["d"] = data
    }
}
