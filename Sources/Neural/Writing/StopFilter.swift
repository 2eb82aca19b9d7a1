// Lets a text through as it is written, up to the first of some stop sequences. What may be the beginning of one is held back
// until the next piece decides.

struct StopFilter: Sendable {
    private let stops: [[UInt8]]
    private var held: [UInt8] = []
    private(set) var isStopped = false

    init(_ stops: [String]) { self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty } }

    /// The text that is certainly before any stop sequence. Nothing after one was met.
    mutating func feed(_ text: String) -> String {
        guard !isStopped else { return "" }
        guard !stops.isEmpty else { return text }
        held += text.utf8
        if let first = firstStop() {
            isStopped = true
            defer { held = [] }
            return String(decoding: held[..<first], as: UTF8.self)
        }
        let open = openTail()
        defer { held.removeFirst(held.count - open) }
        return String(decoding: held.dropLast(open), as: UTF8.self)
    }

    /// The end: what was held back was no stop sequence.
    mutating func finish() -> String {
        defer { held = [] }
        return isStopped ? "" : String(decoding: held, as: UTF8.self)
    }

    private func firstStop() -> Int? {
        held.indices.first { start in
            stops.contains { held.count - start >= $0.count && held[start..<(start + $0.count)].elementsEqual($0) }
        }
    }

    /// Bytes at the end that may begin a stop sequence.
    private func openTail() -> Int {
        let longest = min((stops.map(\.count).max() ?? 1) - 1, held.count)
        return (0...longest).reversed().first { length in
            length == 0 || stops.contains { $0.count > length && $0.starts(with: held.suffix(length)) }
        } ?? 0
    }
}
