import Support
import Testing

@testable import Discord

@Suite("Rate limiter: buckets")
struct RateLimiterTests {
    @Test("an unknown route is found out by one call at a time")
    func probing() throws {
        var bench = LimiterBench()
        let calls = try (1...4).map { _ in try bench.ask(LimiterBench.messages(in: 1)) }
        #expect(bench.leaving() == [calls[0]])
        #expect(bench.leaving() == [])
        bench.answer(calls[0], LimiterBench.headers(remaining: 4, resetAfter: 5))
        #expect(bench.leaving() == Array(calls[1...]))
    }

    @Test("calls under way hold their slots, so no more leave than Discord said remain")
    func reservation() throws {
        var bench = LimiterBench()
        let first = try bench.ask(LimiterBench.messages(in: 1))
        _ = bench.leaving()
        bench.answer(first, LimiterBench.headers(remaining: 2, resetAfter: 5))
        let calls = try (1...5).map { _ in try bench.ask(LimiterBench.messages(in: 1)) }
        #expect(bench.leaving() == Array(calls[..<2]))
        bench.answer(calls[0], LimiterBench.headers(remaining: 1, resetAfter: 4.9))
        #expect(bench.leaving() == [], "one remains, and one is under way")
        bench.answer(calls[1], LimiterBench.headers(remaining: 0, resetAfter: 4.9))
        #expect(bench.leaving() == [])
    }

    @Test("after a window calls leave in order, first one, then as many as its answer allows")
    func noBurst() throws {
        var bench = LimiterBench()
        let first = try bench.ask(LimiterBench.messages(in: 1))
        _ = bench.leaving()
        bench.answer(first, LimiterBench.headers(remaining: 0, resetAfter: 2))
        let calls = try (1...8).map { _ in try bench.ask(LimiterBench.messages(in: 1)) }
        let (none, wake) = bench.limiter.release(at: bench.now)
        #expect(none == [] && wake == .seconds(2))
        bench.now = bench.now + .milliseconds(1_999)
        #expect(bench.leaving() == [])
        bench.now = bench.now + .milliseconds(1)
        #expect(bench.leaving() == [calls[0]])
        bench.answer(calls[0], LimiterBench.headers(remaining: 4, resetAfter: 2))
        #expect(bench.leaving() == Array(calls[1...4]))
    }

    @Test("an answer overtaken on its way does not bring slots back")
    func overtaken() throws {
        var bench = LimiterBench()
        let first = try bench.ask(LimiterBench.messages(in: 1))
        _ = bench.leaving()
        bench.answer(first, LimiterBench.headers(remaining: 4, resetAfter: 5))
        let pair = try (1...2).map { _ in try bench.ask(LimiterBench.messages(in: 1)) }
        _ = bench.leaving()
        bench.answer(pair[1], LimiterBench.headers(remaining: 2, resetAfter: 5))
        bench.answer(pair[0], LimiterBench.headers(remaining: 3, resetAfter: 5))
        let more = try (1...4).map { _ in try bench.ask(LimiterBench.messages(in: 1)) }
        #expect(bench.leaving() == Array(more[..<2]))
    }

    @Test("routes that answer with the same hash share a bucket; other channels do not")
    func sharedHash() throws {
        var bench = LimiterBench()
        let edit = Route(.patch, "/channels/{channel}/messages/{message}", ["channel": "1", "message": "9"], major: ["channel"])
        let (a, b) = (try bench.ask(LimiterBench.messages(in: 1)), try bench.ask(edit))
        #expect(bench.leaving() == [a, b])
        bench.answer(a, LimiterBench.headers(remaining: 1, resetAfter: 5))
        bench.answer(b, LimiterBench.headers(remaining: 0, resetAfter: 5))
        _ = try bench.ask(LimiterBench.messages(in: 1))
        _ = try bench.ask(edit)
        let other = try bench.ask(LimiterBench.messages(in: 2))
        #expect(bench.leaving() == [other])
    }

    @Test("calls that waited under the route's name keep their order when the hash is learned")
    func learning() throws {
        var bench = LimiterBench()
        let calls = try (1...3).map { _ in try bench.ask(LimiterBench.messages(in: 1)) }
        let elsewhere = try (1...2).map { _ in try bench.ask(LimiterBench.messages(in: 2)) }
        #expect(bench.leaving() == [calls[0], elsewhere[0]])
        bench.answer(calls[0], LimiterBench.headers(remaining: 1, resetAfter: 5))
        #expect(bench.leaving() == [calls[1]])
        bench.answer(elsewhere[0], LimiterBench.headers(remaining: 4, resetAfter: 5))
        #expect(bench.leaving() == [elsewhere[1]])
    }

    @Test("a route without limits is not held back")
    func unlimited() throws {
        var bench = LimiterBench()
        let first = try bench.ask(LimiterBench.messages(in: 1))
        _ = bench.leaving()
        bench.answer(first)
        let calls = try (1...6).map { _ in try bench.ask(LimiterBench.messages(in: 1)) }
        #expect(bench.leaving() == calls)
    }

    @Test("a call without an answer, or with a server's fault, gives its slot back as used")
    func lostAnswers() throws {
        var bench = LimiterBench()
        let first = try bench.ask(LimiterBench.messages(in: 1))
        _ = bench.leaving()
        bench.limiter.withdraw(first, at: bench.now)
        let second = try bench.ask(LimiterBench.messages(in: 1))
        #expect(bench.leaving() == [second])
        bench.answer(second, LimiterBench.headers(remaining: 3, resetAfter: 5))
        let calls = try (1...5).map { _ in try bench.ask(LimiterBench.messages(in: 1)) }
        #expect(bench.leaving() == Array(calls[..<3]))
        bench.answer(calls[0], status: 502)
        bench.limiter.withdraw(calls[1], at: bench.now)
        bench.answer(calls[2], LimiterBench.headers(remaining: 0, resetAfter: 5))
        #expect(bench.leaving() == [])
    }

    @Test("a clock set back does not hold calls for the hour to come again")
    func clockSetBack() throws {
        var bench = LimiterBench()
        let first = try bench.ask(LimiterBench.messages(in: 1))
        _ = bench.leaving()
        bench.answer(first, LimiterBench.headers(remaining: 0, resetAfter: 2))
        let second = try bench.ask(LimiterBench.messages(in: 1))
        bench.now = bench.now - .seconds(3_600)
        #expect(bench.leaving() == [])
        bench.now = bench.now + .seconds(2)
        #expect(bench.leaving() == [second])
    }

    @Test("buckets of past interactions are forgotten")
    func forgetting() throws {
        var bench = LimiterBench()
        for n in 1...5_000 {
            let call = try bench.ask(LimiterBench.callback(n))
            #expect(bench.leaving() == [call])
            bench.answer(call, status: 204)
        }
        #expect(bench.limiter.buckets.count <= 1_024)
        #expect(bench.limiter.flights.isEmpty)
    }
}
