import Support
import Testing

@testable import Features

@Suite struct `An answer as it grows` {
    private let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
    private func at(_ milliseconds: Int64) -> Timestamp { start + .milliseconds(milliseconds) }

    @Test func `the first words are shown at once, the next when it is time, and only the newest`() {
        var stream = ReplyStream(interval: .seconds(1))
        #expect(stream.feed("Hel", at: at(0)) == .post(0, "Hel"))
        #expect(stream.feed("Hello", at: at(100)) == nil)
        #expect(stream.due == at(1_000))
        #expect(stream.feed("Hello wor", at: at(900)) == nil)
        #expect(stream.feed("Hello world", at: at(1_050)) == .edit(0, "Hello world"))
        #expect(stream.next(at: at(5_000)) == nil && stream.due == nil)
    }

    @Test func `words that come while it waits are shown without more of them`() {
        var stream = ReplyStream(interval: .seconds(1))
        _ = stream.feed("a", at: at(0))
        #expect(stream.feed("ab", at: at(10)) == nil)
        #expect(stream.next(at: at(999)) == nil)
        #expect(stream.next(at: at(1_000)) == .edit(0, "ab"))
    }

    @Test func `beyond one message it finishes that and begins another`() {
        var stream = ReplyStream(interval: .seconds(1), splitter: MessageSplitter(limit: 100))
        let line = "Some words in a line, not many."
        _ = stream.feed(line, at: at(0))
        let text = Array(repeating: line, count: 5).joined(separator: "\n")
        #expect(stream.feed(text, at: at(1_000)) == .edit(0, [line, line, line].joined(separator: "\n")))
        #expect(stream.next(at: at(1_500)) == nil)
        #expect(stream.next(at: at(2_000)) == .post(1, [line, line].joined(separator: "\n")))
        #expect(!stream.isBehind)
    }

    @Test func `begun anew after a crash it goes on in the messages that are there`() {
        var stream = ReplyStream(interval: .seconds(1), posted: 1)
        #expect(stream.feed("Again", at: at(0)) == .edit(0, "Again"))
        #expect(stream.feed("A", at: at(1_000)) == .edit(0, "A"))
    }

    @Test func `never more than one step in its interval, whatever comes`() {
        var stream = ReplyStream(interval: .milliseconds(1_200), splitter: MessageSplitter(limit: 200))
        var steps: [Int64] = []
        var text = ""
        for tick in 0..<300 {
            text += "word \(tick) "
            if stream.feed(text, at: at(Int64(tick) * 90)) != nil { steps.append(Int64(tick) * 90) }
        }
        #expect(steps.count > 15)
        for (earlier, later) in zip(steps, steps.dropFirst()) { #expect(later - earlier >= 1_200) }
    }
}
