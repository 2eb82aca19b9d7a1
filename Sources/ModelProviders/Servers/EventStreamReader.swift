/// Server-sent events out of bytes (WHATWG HTML, section 9.2.6), and what servers send in their place.
///
/// Unlike a browser it also tells an event that the end of the stream cut off before its blank line, and it keeps lines that
/// belong to no event, because servers answer with plain JSON where events were asked for.
struct EventStreamReader: Sendable {
    struct Event: Sendable, Hashable {
        /// `message` unless the server named it.
        var name = "message"
        var data: String
    }

    private var lines: LineReader
    private let limit: Int
    private var isFirstLine = true
    private var name = ""
    private var data: [String] = []
    private var dataBytes = 0
    /// Lines that are no field of an event, in their order.
    private(set) var stray: [String] = []
    private var strayBytes = 0

    /// - Parameter limit: bytes of the longest line, of one event's data, and of all stray lines together.
    init(limit: Int = 1 << 20) {
        lines = LineReader(limit: limit)
        self.limit = limit
    }

    /// - Returns: the events that these bytes complete.
    mutating func feed(_ bytes: some Sequence<UInt8>) throws(AnswerTooLarge) -> [Event] {
        var events: [Event] = []
        for line in try lines.feed(bytes) {
            if let event = try take(line) { events.append(event) }
        }
        return events
    }

    /// The end of the stream: the event that was not yet complete, if any.
    mutating func finish() throws(AnswerTooLarge) -> Event? {
        if let line = lines.finish(), let event = try take(line) { return event }
        return complete()
    }

    private mutating func take(_ bytes: [UInt8]) throws(AnswerTooLarge) -> Event? {
        var line = Substring(String(decoding: bytes, as: UTF8.self))
        if isFirstLine, line.first == "\u{FEFF}" { line = line.dropFirst() }
        isFirstLine = false
        if line.isEmpty { return complete() }
        if line.first == ":" { return nil }
        let colon = line.firstIndex(of: ":")
        var value = colon.map { line[line.index(after: $0)...] } ?? ""
        if value.first == " " { value = value.dropFirst() }
        switch line[..<(colon ?? line.endIndex)] {
        case "data":
            dataBytes += value.utf8.count + 1
            guard dataBytes <= limit else { throw AnswerTooLarge(what: "an event of the answer", limit: limit) }
            data.append(String(value))
        case "event": name = String(value)
        case "id", "retry": break
        default:
            strayBytes += bytes.count + 1
            guard strayBytes <= limit else { throw AnswerTooLarge(what: "the answer's text", limit: limit) }
            stray.append(String(line))
        }
        return nil
    }

    private mutating func complete() -> Event? {
        defer {
            name = ""
            data = []
            dataBytes = 0
        }
        return data.isEmpty ? nil : Event(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"))
    }
}
