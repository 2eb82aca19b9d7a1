import Support
import Testing

@testable import Discord

@Suite("Rate limiter: refusals")
struct RateLimiterRefusalTests {
    @Test("a 429 makes the call wait in its old place, for as long as the body says")
    func retryAfter() throws {
        var bench = LimiterBench()
        let calls = try (1...3).map { _ in try bench.ask(LimiterBench.messages(in: 1)) }
        #expect(bench.leaving() == [calls[0]])
        // The headers claim that four calls remain.
        let verdict = bench.refuse(
            calls[0], after: 1.5,
            LimiterBench.headers(remaining: 4, resetAfter: 0.1).merging(["retry-after": "2"]) { $1 })
        #expect(verdict == .again)
        #expect(bench.limiter.release(at: bench.now).wakeAfter == .milliseconds(1_500))
        bench.now = bench.now + .milliseconds(1_500)
        #expect(bench.leaving() == [calls[0]], "one by one until an answer tells more")
        bench.answer(calls[0], LimiterBench.headers(remaining: 4, resetAfter: 5))
        #expect(bench.leaving() == [calls[1], calls[2]])
    }

    @Test("a Discord that refuses again and again is asked ever more slowly, and then no more")
    func stubborn() throws {
        var bench = LimiterBench()
        let call = try bench.ask(LimiterBench.messages(in: 1))
        var waits: [Duration] = []
        var verdict = RateLimiter.Verdict.again
        while verdict == .again, waits.count < 100 {
            let left = bench.letAllLeave(within: .seconds(120))
            waits.append(.milliseconds(left.first?.at ?? -1))
            verdict = bench.refuse(call, after: 0.01, LimiterBench.headers(remaining: 5, resetAfter: 0.01))
        }
        #expect(waits.count == RateLimiter.Configuration().refusalsPerCall)
        #expect(waits.dropFirst() == waits.dropFirst().sorted()[...])
        #expect(verdict == .refuse(.tooLong(retryAfter: .milliseconds(10))))
        #expect(bench.limiter.flights.isEmpty)
    }

    @Test("a global 429 holds all calls but those that answer interactions")
    func global() throws {
        var bench = LimiterBench()
        let first = try bench.ask(LimiterBench.messages(in: 1))
        _ = bench.leaving()
        #expect(bench.refuse(first, after: 3, global: true) == .again)
        let other = try bench.ask(LimiterBench.messages(in: 2))
        let callback = try bench.ask(LimiterBench.callback(7))
        #expect(bench.leaving() == [callback])
        bench.now = bench.now + .seconds(3)
        #expect(bench.leaving() == [first, other])
    }

    @Test("the wall before Discord holds everything")
    func edge() throws {
        var bench = LimiterBench()
        let first = try bench.ask(LimiterBench.messages(in: 1))
        _ = bench.leaving()
        let answer = RateLimitAnswer(status: 429) { ["retry-after": "20"][$0] }
        #expect(answer.scope == .edge)
        #expect(bench.limiter.answered(first, answer, at: bench.now) == .again)
        let callback = try bench.ask(LimiterBench.callback(7))
        #expect(bench.leaving() == [])
        bench.now = bench.now + .seconds(20)
        #expect(bench.leaving() == [first, callback])
    }

    @Test("a wait longer than the call's patience is refused at once, with the time to come back")
    func patience() throws {
        var bench = LimiterBench()
        let first = try bench.ask(LimiterBench.messages(in: 1))
        _ = bench.leaving()
        bench.answer(first, LimiterBench.headers(remaining: 0, resetAfter: 100))
        let call = try bench.ask(LimiterBench.messages(in: 1), patience: .seconds(10))
        let patient = try bench.ask(LimiterBench.messages(in: 1), patience: .seconds(200))
        #expect(bench.limiter.release(at: bench.now).releases == [.refuse(call, .tooLong(retryAfter: .seconds(100)))])
        bench.now = bench.now + .seconds(100)
        #expect(bench.leaving() == [patient])
    }

    @Test("after a 401 no call with the bot's token leaves, but interactions are still answered")
    func unauthorized() throws {
        var bench = LimiterBench()
        let (first, waiting) = (try bench.ask(LimiterBench.messages(in: 1)), try bench.ask(LimiterBench.messages(in: 1)))
        _ = bench.leaving()
        bench.answer(first, status: 401)
        #expect(bench.limiter.release(at: bench.now).releases == [.refuse(waiting, .wrongToken)])
        #expect(throws: RefusedCall(.wrongToken)) { try bench.ask(LimiterBench.messages(in: 2)) }
        let callback = try bench.ask(LimiterBench.callback(1))
        #expect(bench.leaving() == [callback])
    }

    @Test("the end of an interaction's token stops nothing")
    func invalidWebhookToken() throws {
        var bench = LimiterBench()
        let edit = Route(
            .patch, "/webhooks/{application}/{token}/messages/{message}", ["application": "1", "token": "t", "message": "@original"],
            major: ["application", "token"], authentication: .path, isGloballyLimited: false)
        let call = try bench.ask(edit)
        _ = bench.leaving()
        bench.answer(call, status: 401, code: 50_027)
        let next = try bench.ask(LimiterBench.messages(in: 1))
        #expect(bench.leaving() == [next])
    }

    @Test("a webhook that is gone is not called again")
    func goneWebhook() throws {
        var bench = LimiterBench()
        let call = try bench.ask(LimiterBench.webhook(1))
        _ = bench.leaving()
        bench.answer(call, status: 404, code: 10_015)
        #expect(throws: RefusedCall(.goneWebhook)) { try bench.ask(LimiterBench.webhook(1)) }
        #expect(throws: Never.self) { try bench.ask(LimiterBench.webhook(2)) }
    }

    @Test("before Discord would ban the address, all calls are held for ten minutes; shared limits do not count")
    func invalidCalls() throws {
        var configuration = RateLimiter.Configuration()
        configuration.invalidCalls = 20
        var bench = LimiterBench(configuration)
        for n in 1...40 {
            let call = try bench.ask(LimiterBench.callback(n))
            _ = bench.leaving()
            bench.refuse(call, after: 0, ["x-ratelimit-scope": "shared"])
            bench.limiter.withdraw(call, at: bench.now)
        }
        for n in 1...20 {
            let call = try bench.ask(LimiterBench.messages(in: n))
            bench.now = bench.now + .seconds(1)
            _ = bench.leaving()
            bench.answer(call, status: 403, code: 50_013)
        }
        #expect(throws: RefusedCall.self) { try bench.ask(LimiterBench.messages(in: 99)) }
        bench.now = bench.now + .seconds(611)
        #expect(throws: Never.self) { try bench.ask(LimiterBench.messages(in: 99)) }
    }

    @Test("the queue is bounded, and a call withdrawn leaves it")
    func bounded() throws {
        var configuration = RateLimiter.Configuration()
        configuration.waitingCalls = 3
        var bench = LimiterBench(configuration)
        _ = try bench.ask(LimiterBench.messages(in: 1))
        _ = bench.leaving()
        let waiting = try (1...3).map { _ in try bench.ask(LimiterBench.messages(in: 1)) }
        #expect(throws: RefusedCall(.queueFull)) { try bench.ask(LimiterBench.messages(in: 1)) }
        bench.limiter.withdraw(waiting[1], at: bench.now)
        #expect(throws: Never.self) { try bench.ask(LimiterBench.messages(in: 1)) }
    }
}
