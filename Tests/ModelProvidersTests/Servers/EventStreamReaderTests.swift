import Testing

@testable import ModelProviders

@Suite("Server-sent events")
struct EventStreamReaderTests {
    private static let streams: [(bytes: String, data: [String])] = [
        ("data: a\n\ndata: b\n\n", ["a", "b"]),
        ("data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
        ("data: a\r\rdata: b\r\r", ["a", "b"]),
        ("\u{FEFF}data:no space\n\n", ["no space"]),
        (": ping\n\n: ping\ndata: ünï ☃ 😀\nid: 7\nretry: 3\n\n", ["ünï ☃ 😀"]),
        ("data: one\ndata:  two\ndata\n\n", ["one\n two\n"]),
        ("event: x\n\ndata: after an event without data\n\n", ["after an event without data"]),
        ("data: cut off before its blank line", ["cut off before its blank line"]),
        ("data: a\n", ["a"]),
        ("", []),
    ]

    @Test("Events are the same however their bytes were split, also inside a character", arguments: streams)
    func splits(stream: (bytes: String, data: [String])) throws {
        let bytes = Array(stream.bytes.utf8)
        for cut in 0...bytes.count {
            var reader = EventStreamReader()
            var events = try reader.feed(bytes[..<cut]) + reader.feed(bytes[cut...])
            if let last = try reader.finish() { events.append(last) }
            #expect(events.map(\.data) == stream.data, "cut at \(cut)")
        }
    }

    @Test("An event has the name that the server gave it")
    func names() throws {
        var reader = EventStreamReader()
        let events = try reader.feed(Array("event: done\ndata: 1\n\ndata: 2\n\n".utf8))
        #expect(events == [.init(name: "done", data: "1"), .init(name: "message", data: "2")])
    }

    @Test("Lines that belong to no event are kept")
    func stray() throws {
        var reader = EventStreamReader()
        #expect(try reader.feed(Array("{\"error\":\n  \"x\"}\n".utf8)).isEmpty)
        #expect(reader.stray == ["{\"error\":", "  \"x\"}"])
    }

    @Test("A line, an event and stray text without end are given up at their bound")
    func bounds() throws {
        func feed(_ text: String, limit: Int = 100) throws {
            var reader = EventStreamReader(limit: limit)
            _ = try reader.feed(Array(text.utf8))
        }
        let tooLarge = #expect(throws: AnswerTooLarge.self) { try feed("data: " + String(repeating: "x", count: 200)) }
        #expect(tooLarge?.limit == 100)
        #expect(throws: AnswerTooLarge.self) { try feed(String(repeating: "data: 1234567890\n", count: 20)) }
        #expect(throws: AnswerTooLarge.self) { try feed(String(repeating: "1234567890\n", count: 20)) }
        try feed(String(repeating: "data: 1234567890\n\n", count: 20))
    }
}
