import DiscordModels
import Support
import Testing

@testable import Discord

/// An outbox's queue with a hand on its clock. A class, so that expectations may change it.
private final class OutboxBench {
    var queue = OutboxQueue()
    var now = Timestamp(millisecondsSinceEpoch: 1_000_000)

    static func line(_ n: UInt64) -> OutboxLine { .address(.message(MessageID(n), in: ChannelID(n))) }

    func offer(_ n: UInt64 = 1) -> (entry: OutboxQueue.EntryID?, replaced: OutboxQueue.EntryID?) { queue.progress(on: Self.line(n)) }
    func progress(_ n: UInt64 = 1) throws -> OutboxQueue.EntryID { try #require(offer(n).entry) }
    func final(on line: OutboxLine) throws -> (entry: OutboxQueue.EntryID, dropped: OutboxQueue.EntryID?) {
        let taken = queue.final(on: line)
        return try #require(taken)
    }
    func final(_ n: UInt64 = 1) throws -> OutboxQueue.EntryID { try final(on: Self.line(n)).entry }
    func next() -> OutboxQueue.Step { queue.next(at: now) }
    func finish(_ entry: OutboxQueue.EntryID, _ outcome: OutboxQueue.Outcome = .sent) {
        queue.finished(entry, outcome, jitter: 1, at: now)
    }
}

@Suite("Outbox: what is said next")
struct OutboxQueueTests {
    private let bench = OutboxBench()

    @Test("the latest progress wins, and goes 1.2 s after the one before")
    func latestWins() throws {
        let first = try bench.progress()
        #expect(bench.next() == .send(first))
        let second = try bench.progress()
        #expect(bench.next() == .idle, "one call to a message at a time")
        bench.finish(first)
        #expect(bench.offer().replaced == second)
        let fourth = try bench.progress()
        #expect(bench.next() == .wait(until: bench.now + .milliseconds(1_200)))
        bench.now = bench.now + .milliseconds(1_200)
        #expect(bench.next() == .send(fourth))
        bench.finish(fourth)
        #expect(bench.queue.isEmpty)
    }

    @Test("a final goes at once, drops waiting progress, and progress that comes late is not shown")
    func finals() throws {
        let shown = try bench.progress()
        #expect(bench.next() == .send(shown))
        bench.finish(shown)
        let waiting = try bench.progress()
        let final = try bench.final(on: OutboxBench.line(1))
        #expect(final.dropped == waiting)
        #expect(bench.next() == .send(final.entry))
        #expect(bench.offer().entry == nil, "while it is under way")
        bench.finish(final.entry)
        #expect(bench.offer().entry == nil, "and after it")
        #expect(bench.queue.isEmpty)
    }

    @Test("a final waits for the edit that is under way, so that it stands last")
    func order() throws {
        let shown = try bench.progress()
        #expect(bench.next() == .send(shown))
        let final = try bench.final()
        #expect(bench.next() == .idle)
        bench.finish(shown)
        #expect(bench.next() == .send(final))
    }

    @Test("finals go before the progress of others, in the order of asking")
    func finalsFirst() throws {
        let progress = try bench.progress(1)
        let finals = [try bench.final(2), try bench.final(3)]
        #expect([bench.next(), bench.next(), bench.next()] == [.send(finals[0]), .send(finals[1]), .send(progress)])
    }

    @Test("a final that fails for now is tried again, after what Discord demands, and is never dropped")
    func neverDropped() throws {
        let final = try bench.final()
        for attempt in 1...40 {
            #expect(bench.next() == .send(final))
            bench.finish(final, .failedForNow(after: attempt == 1 ? .seconds(7) : nil))
            guard case .wait(let moment) = bench.next() else {
                Issue.record("not waiting")
                return
            }
            if attempt == 1 { #expect(moment == bench.now + .seconds(7)) }
            #expect(moment <= bench.now + .seconds(30) && moment > bench.now)
            bench.now = moment
        }
        #expect(bench.next() == .send(final))
        bench.finish(final)
        #expect(bench.queue.isEmpty)
    }

    @Test("progress that fails is not repeated, and waits out Discord's demand before the next")
    func failedProgress() throws {
        let first = try bench.progress()
        #expect(bench.next() == .send(first))
        bench.finish(first, .failedForNow(after: .seconds(9)))
        _ = try bench.progress()
        #expect(bench.next() == .wait(until: bench.now + .seconds(9)))
    }

    @Test("a message that is gone gets no more progress")
    func gone() throws {
        let first = try bench.progress()
        #expect(bench.next() == .send(first))
        bench.finish(first, .failed(lineIsGone: true))
        #expect(bench.offer().entry == nil)
    }

    @Test("the messages of a channel share a budget, of which progress leaves a part to finals")
    func budget() throws {
        func line(_ n: UInt64) -> OutboxLine { .address(.message(MessageID(n), in: ChannelID(1))) }
        for n in 1...6 { _ = bench.queue.progress(on: line(UInt64(n))) }
        var sent = 0
        while case .send(let entry) = bench.next() {
            sent += 1
            bench.finish(entry)
        }
        #expect(sent == 3)
        for n in 11...14 { _ = bench.queue.final(on: line(UInt64(n))) }
        while case .send(let entry) = bench.next() {
            sent += 1
            bench.finish(entry)
        }
        #expect(sent == 5)
        #expect(bench.next() == .wait(until: bench.now + .seconds(5)))
        bench.now = bench.now + .seconds(5)
        guard case .send = bench.next() else {
            Issue.record("the budget did not open again")
            return
        }
    }

    @Test("new messages of a place go one after the other")
    func placesInOrder() throws {
        let place = OutboxLine.place(.channel(ChannelID(1)))
        let first = try bench.final(on: place).entry
        let second = try bench.final(on: place).entry
        #expect(bench.next() == .send(first))
        #expect(bench.next() == .idle)
        bench.finish(first)
        #expect(bench.next() == .send(second))
    }

    @Test("what is withdrawn is not said, unless it is under way")
    func withdrawal() throws {
        let (first, second) = (try bench.final(1), try bench.final(2))
        #expect(bench.next() == .send(first))
        #expect(bench.queue.withdraw(first) == false)
        #expect(bench.queue.withdraw(second) == true)
        bench.finish(first)
        #expect(bench.queue.isEmpty && !bench.queue.hasFinals)
    }

    @Test("the outbox is bounded, and forgets lines that are still")
    func bounded() throws {
        var configuration = OutboxQueue.Configuration()
        configuration.capacity = 10
        bench.queue = OutboxQueue(configuration: configuration)
        for n in 1...5 { #expect(bench.offer(UInt64(n)).entry != nil) }
        #expect(bench.offer(6).entry == nil)
        for n in 11...20 { #expect(bench.queue.final(on: OutboxBench.line(UInt64(n))) != nil) }
        #expect(bench.queue.final(on: OutboxBench.line(21)) == nil)
        for n in 100...5_000 {
            bench.now = bench.now + .seconds(10)
            while case .send(let entry) = bench.next() { bench.finish(entry) }
            _ = bench.queue.final(on: OutboxBench.line(UInt64(n)))
        }
        #expect(bench.queue.lineCount < 600)
    }
}
