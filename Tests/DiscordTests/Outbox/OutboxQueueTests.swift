import DiscordModels
import Support
import Testing

@testable import Discord

@Suite("Outbox: what is said next")
struct OutboxQueueTests {
    var queue = OutboxQueue()
    var now = Timestamp(millisecondsSinceEpoch: 1_000_000)
    static func line(_ n: UInt64) -> OutboxLine { .address(.message(MessageID(n), in: ChannelID(n))) }

    mutating func progress(_ n: UInt64 = 1) throws -> OutboxQueue.EntryID { try #require(queue.progress(on: Self.line(n)).entry) }
    mutating func final(_ n: UInt64 = 1) throws -> OutboxQueue.EntryID { try #require(queue.final(on: Self.line(n))).entry }
    mutating func finish(_ entry: OutboxQueue.EntryID, _ outcome: OutboxQueue.Outcome = .sent) {
        queue.finished(entry, outcome, jitter: 1, at: now)
    }

    @Test("the latest progress wins, and goes 1.2 s after the one before")
    mutating func latestWins() throws {
        let first = try progress()
        #expect(queue.next(at: now) == .send(first))
        let second = try progress()
        #expect(queue.next(at: now) == .idle, "one call to a message at a time")
        finish(first)
        #expect(queue.progress(on: Self.line(1)).replaced == second)
        let fourth = try progress()
        #expect(queue.next(at: now) == .wait(until: now + .milliseconds(1_200)))
        now = now + .milliseconds(1_200)
        #expect(queue.next(at: now) == .send(fourth))
        finish(fourth)
        #expect(queue.isEmpty)
    }

    @Test("a final goes at once, drops waiting progress, and progress that comes late is not shown")
    mutating func finals() throws {
        let shown = try progress()
        #expect(queue.next(at: now) == .send(shown))
        finish(shown)
        let waiting = try progress()
        let final = try #require(queue.final(on: Self.line(1)))
        #expect(final.dropped == waiting)
        #expect(queue.next(at: now) == .send(final.entry))
        #expect(queue.progress(on: Self.line(1)).entry == nil, "while it is under way")
        finish(final.entry)
        #expect(queue.progress(on: Self.line(1)).entry == nil, "and after it")
        #expect(queue.isEmpty)
    }

    @Test("a final waits for the edit that is under way, so that it stands last")
    mutating func order() throws {
        let shown = try progress()
        #expect(queue.next(at: now) == .send(shown))
        let final = try final()
        #expect(queue.next(at: now) == .idle)
        finish(shown)
        #expect(queue.next(at: now) == .send(final))
    }

    @Test("finals go before the progress of others, in the order of asking")
    mutating func finalsFirst() throws {
        let progress = try progress(1)
        let finals = [try final(2), try final(3)]
        #expect([queue.next(at: now), queue.next(at: now), queue.next(at: now)] == [.send(finals[0]), .send(finals[1]), .send(progress)])
    }

    @Test("a final that fails for now is tried again, after what Discord demands, and is never dropped")
    mutating func neverDropped() throws {
        let final = try final()
        for attempt in 1...40 {
            #expect(queue.next(at: now) == .send(final))
            finish(final, .failedForNow(after: attempt == 1 ? .seconds(7) : nil))
            guard case .wait(let moment) = queue.next(at: now) else {
                Issue.record("not waiting")
                return
            }
            if attempt == 1 { #expect(moment == now + .seconds(7)) }
            #expect(moment <= now + .seconds(30) && moment > now)
            now = moment
        }
        #expect(queue.next(at: now) == .send(final))
        finish(final)
        #expect(queue.isEmpty)
    }

    @Test("progress that fails is not repeated, and waits out Discord's demand before the next")
    mutating func failedProgress() throws {
        let first = try progress()
        #expect(queue.next(at: now) == .send(first))
        finish(first, .failedForNow(after: .seconds(9)))
        _ = try progress()
        #expect(queue.next(at: now) == .wait(until: now + .seconds(9)))
    }

    @Test("a message that is gone gets no more progress")
    mutating func gone() throws {
        let first = try progress()
        #expect(queue.next(at: now) == .send(first))
        finish(first, .failed(lineIsGone: true))
        #expect(queue.progress(on: Self.line(1)).entry == nil)
    }

    @Test("the messages of a channel share a budget, of which progress leaves a part to finals")
    mutating func budget() throws {
        func line(_ n: UInt64) -> OutboxLine { .address(.message(MessageID(n), in: ChannelID(1))) }
        for n in 1...6 { _ = queue.progress(on: line(UInt64(n))) }
        var sent = 0
        while case .send(let entry) = queue.next(at: now) {
            sent += 1
            finish(entry)
        }
        #expect(sent == 3)
        for n in 11...14 { _ = queue.final(on: line(UInt64(n))) }
        while case .send(let entry) = queue.next(at: now) {
            sent += 1
            finish(entry)
        }
        #expect(sent == 5)
        #expect(queue.next(at: now) == .wait(until: now + .seconds(5)))
        now = now + .seconds(5)
        guard case .send = queue.next(at: now) else {
            Issue.record("the budget did not open again")
            return
        }
    }

    @Test("new messages of a place go one after the other")
    mutating func placesInOrder() throws {
        let place = OutboxLine.place(.channel(ChannelID(1)))
        let first = try #require(queue.final(on: place)).entry
        let second = try #require(queue.final(on: place)).entry
        #expect(queue.next(at: now) == .send(first))
        #expect(queue.next(at: now) == .idle)
        finish(first)
        #expect(queue.next(at: now) == .send(second))
    }

    @Test("what is withdrawn is not said, unless it is under way")
    mutating func withdrawal() throws {
        let (first, second) = (try final(1), try final(2))
        #expect(queue.next(at: now) == .send(first))
        #expect(queue.withdraw(first) == false)
        #expect(queue.withdraw(second) == true)
        finish(first)
        #expect(queue.isEmpty && !queue.hasFinals)
    }

    @Test("the outbox is bounded, and forgets lines that are still")
    mutating func bounded() throws {
        var configuration = OutboxQueue.Configuration()
        configuration.capacity = 10
        queue = OutboxQueue(configuration: configuration)
        for n in 1...5 { #expect(queue.progress(on: Self.line(UInt64(n))).entry != nil) }
        #expect(queue.progress(on: Self.line(6)).entry == nil)
        for n in 11...20 { #expect(queue.final(on: Self.line(UInt64(n))) != nil) }
        #expect(queue.final(on: Self.line(21)) == nil)
        for n in 100...5_000 {
            now = now + .seconds(10)
            while case .send(let entry) = queue.next(at: now) { finish(entry) }
            _ = queue.final(on: Self.line(UInt64(n)))
        }
        #expect(queue.lineCount < 600)
    }
}
