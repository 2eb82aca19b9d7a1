import OrderedCollections
import DequeModule
import Support

/// The last REST exchanges, for the inspector and for tests that hold every response against Discord's specification.
struct TrafficLog: Sendable {
    struct Exchange: Sendable {
        var number: Int
        var at: Timestamp
        var method: String
        var path: String
        /// Method-less template; empty if no route was found.
        var route: String
        var status: Int
        var request: JSON
        var response: JSON
        var duration: Duration
        /// Bytes of both sides, roughly what it costs to keep.
        var size: Int
        /// Sent by the emulator to an application's endpoint.
        var isOutgoing = false
        /// Who asked, where it is known.
        var caller: ID?
        /// Names of the faults that hit it.
        var faults: [String] = []

        var shown: JSON {
            var shown: JSONObject = [
                "n": .int(number), "at_ms": .int(at.millisecondsSinceEpoch), "method": .string(method), "path": .string(path),
                "route": .string(route), "status": .int(status), "request": request, "response": response,
                "duration_ms": .int(duration.milliseconds),
            ]
            if isOutgoing { shown["outgoing"] = true }
            if let caller { shown["caller_id"] = .id(caller) }
            if !faults.isEmpty { shown["faults"] = .list(faults.map { .string($0) }) }
            return .object(shown)
        }
    }

    static let limit = 2_000
    static let limitBytes = 64 << 20

    private(set) var exchanges: Deque<Exchange> = []
    private var totalBytes = 0
    /// How many requests each `METHOD /template` has seen.
    private(set) var counts: [String: Int] = [:]
    private(set) var total = 0

    mutating func add(_ exchange: Exchange) {
        exchanges.append(exchange)
        totalBytes += exchange.size
        while exchanges.count > Self.limit || totalBytes > Self.limitBytes, let oldest = exchanges.popFirst() { totalBytes -= oldest.size }
    }

    /// The number of a request that begins now.
    mutating func begin(_ route: String) -> Int {
        total += 1
        counts[route, default: 0] += 1
        return total
    }

    func shown(after number: Int, limit: Int) -> JSON {
        let list = exchanges.filter { $0.number > number }.sorted { $0.number < $1.number }.prefix(limit)
        return ["exchanges": .list(list.map(\.shown)), "next": .int(list.last?.number ?? number)]
    }
}
