import DequeModule
import HeapModule
import RepeatableChance
import Support
import Testing

@testable import Discord

/// A Discord at the other end of a line: counts calls when they arrive, as the real one does, and answers after a while.
private struct DistantDiscord {
    /// Milliseconds of the way there, of the work and of the way back: the least, and by how much more it may be.
    struct Line: Sendable, CustomTestStringConvertible {
        let name: String
        var there: (Int64, Int64)
        var work: (Int64, Int64)
        var back: (Int64, Int64)
        /// One call in so many is sent again by the network, 300 ms later.
        var losesOneIn: UInt64 = 0

        var testDescription: String { name }
    }

    static let global = 50
    static let bucket = (calls: 5, span: Duration.seconds(5))

    private var arrivals: Deque<Timestamp> = []
    private var windows: [Int: (count: Int, endsAt: Timestamp)] = [:]
    var served = 0
    private(set) var refused = 0

    /// What a call that arrives now is told.
    mutating func arrived(in channel: Int, at now: Timestamp) -> RateLimitAnswer {
        while let first = arrivals.first, now - first >= .seconds(1) { arrivals.removeFirst() }
        guard arrivals.count < Self.global else {
            refused += 1
            return RateLimitAnswer(status: 429, header: { _ in nil }, body: (1, true))
        }
        arrivals.append(now)
        var window = windows[channel] ?? (0, now)
        if window.endsAt <= now { window = (0, now + Self.bucket.span) }
        window.count += 1
        windows[channel] = window
        let remaining = max(0, Self.bucket.calls - window.count)
        let headers = LimiterBench.headers(remaining: remaining, resetAfter: Double((window.endsAt - now).milliseconds) / 1_000)
        guard window.count <= Self.bucket.calls else {
            refused += 1
            return RateLimitAnswer(
                status: 429, header: { headers[$0] }, body: (headers["x-ratelimit-reset-after"].flatMap(Double.init) ?? 1, false))
        }
        served += 1
        return RateLimitAnswer(status: 200) { headers[$0] }
    }
}

@Suite("Rate limiter: how much of what is allowed it uses")
struct ThroughputTests {
    private struct Event: Comparable {
        enum Kind { case arrival(Int), answer(RateLimitAnswer), look }
        let at: Timestamp
        let number: Int
        let id: CallID
        let kind: Kind

        static func < (a: Event, b: Event) -> Bool { (a.at, a.number) < (b.at, b.number) }
        static func == (a: Event, b: Event) -> Bool { a.number == b.number }
    }

    private static let lines: [DistantDiscord.Line] = [
        .init(name: "next door", there: (1, 1), work: (2, 3), back: (1, 1)),
        .init(name: "a country away", there: (10, 3), work: (25, 10), back: (10, 3)),
        .init(name: "across an ocean", there: (70, 4), work: (40, 8), back: (70, 4)),
        .init(name: "a line with losses", there: (20, 4), work: (30, 8), back: (20, 4), losesOneIn: 100),
    ]

    /// A minute until the line is known; what is served in it does not count.
    private static let acquaintance: Duration = .seconds(70)

    /// Every channel has always calls that wait; whenever one is answered another is asked for.
    private func run(_ line: DistantDiscord.Line, channels: Int, seconds: Int64, seed: UInt64) async throws -> DistantDiscord {
        var random = SplitMix64(seed: seed)
        func some(_ range: (Int64, Int64)) -> Duration { .milliseconds(range.0 + Int64(random.next() % UInt64(range.1 + 1))) }
        var discord = DistantDiscord()
        var bench = LimiterBench()
        let start = bench.now + Self.acquaintance
        let end = start + .seconds(seconds)
        var channelOf: [CallID: Int] = [:]
        for n in 0..<(channels * 8) { channelOf[try bench.ask(LimiterBench.messages(in: n % channels))] = n % channels }
        var events: Heap<Event> = []
        var number = 0
        func add(_ kind: Event.Kind, _ id: CallID, at moment: Timestamp) {
            number += 1
            events.insert(Event(at: moment, number: number, id: id, kind: kind))
        }
        let nobody = CallID(number: 0)
        var nextLook = bench.now
        add(.look, nobody, at: nextLook)
        while let event = events.popMin(), event.at <= end {
            if number % 64 == 0 { await Task.yield() }
            if bench.now < start, event.at >= start { discord.served = 0 }
            bench.now = event.at
            switch event.kind {
            case .look: if event.at != nextLook { continue }
            case .arrival(let channel):
                let answer = discord.arrived(in: channel, at: bench.now)
                add(.answer(answer), event.id, at: bench.now + some(line.work) + some(line.back))
                continue
            case .answer(let answer):
                if case .take = bench.limiter.answered(event.id, answer, at: bench.now),
                    let channel = channelOf.removeValue(forKey: event.id)
                {
                    channelOf[try bench.ask(LimiterBench.messages(in: channel))] = channel
                }
            }
            let (releases, wake) = bench.limiter.release(at: bench.now)
            for case .send(let id) in releases {
                let lost = line.losesOneIn > 0 && random.chance(line.losesOneIn)
                add(.arrival(try #require(channelOf[id])), id, at: bench.now + some(line.there) + (lost ? .milliseconds(300) : .zero))
            }
            // Only the latest word counts, or looks would breed.
            if let wake, case let moment = bench.now + wake, moment != nextLook || event.at >= nextLook {
                nextLook = moment
                add(.look, nobody, at: moment)
            }
        }
        return discord
    }

    @Test("Many channels: at least 95 % of 50 a second, and Discord never refuses one", arguments: lines)
    private func globalLimit(line: DistantDiscord.Line) async throws {
        let discord = try await run(line, channels: 70, seconds: 30, seed: 1)
        #expect(discord.refused == 0)
        #expect(Double(discord.served) >= 0.95 * 50 * 30, "\(discord.served) of 1500")
    }

    @Test("Some channels: at least 95 % of five in five seconds each, and Discord never refuses one", arguments: lines)
    private func buckets(line: DistantDiscord.Line) async throws {
        let discord = try await run(line, channels: 20, seconds: 30, seed: 2)
        #expect(discord.refused == 0)
        #expect(Double(discord.served) >= 0.95 * 20 * 30, "\(discord.served) of 600")
    }
}
