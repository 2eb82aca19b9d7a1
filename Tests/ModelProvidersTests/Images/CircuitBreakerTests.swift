import Support
import Testing

@testable import ModelProviders

@Suite struct `A server's breaker` {
    private func second(_ n: Int64) -> Timestamp { Timestamp(millisecondsSinceEpoch: n * 1_000) }

    @Test func `a server that is away is left alone at once, and longer each time`() {
        var breaker = CircuitBreaker()
        breaker.wentAway(at: second(0), jitter: 1)
        #expect(breaker.state == .open(until: second(1), times: 1))
        #expect(!breaker.admitsWork(at: second(9)) && !breaker.isProbeDue(at: second(0)) && breaker.isProbeDue(at: second(1)))
        var waits: [Int64] = []
        for _ in 0..<8 {
            guard case .open(let until, _) = breaker.state else { break }
            breaker.probeBegan()
            #expect(!breaker.isProbeDue(at: until), "one question at a time")
            breaker.wentAway(at: until, jitter: 1)
            guard case .open(let next, _) = breaker.state else { break }
            waits.append((next - until).milliseconds / 1_000)
        }
        #expect(waits == [2, 4, 8, 16, 32, 60, 60, 60])
    }

    @Test func `errors open it only when several come in a row`() {
        var breaker = CircuitBreaker()
        breaker.erred(at: second(0), jitter: 1)
        breaker.erred(at: second(0), jitter: 1)
        breaker.succeeded()
        breaker.erred(at: second(0), jitter: 1)
        breaker.erred(at: second(0), jitter: 1)
        #expect(breaker.admitsWork(at: second(0)))
        breaker.erred(at: second(0), jitter: 1)
        #expect(!breaker.admitsWork(at: second(0)))
    }

    @Test func `one good answer closes it, and the next absence is short again`() {
        var breaker = CircuitBreaker()
        breaker.wentAway(at: second(0), jitter: 1)
        breaker.probeBegan()
        breaker.wentAway(at: second(1), jitter: 1)
        breaker.probeBegan()
        breaker.succeeded()
        #expect(breaker.admitsWork(at: second(3)))
        breaker.wentAway(at: second(3), jitter: 1)
        #expect(breaker.state == .open(until: second(4), times: 1))
    }

    @Test func `a question that was withdrawn is due again`() {
        var breaker = CircuitBreaker()
        breaker.wentAway(at: second(0), jitter: 1)
        breaker.probeBegan()
        breaker.probeAbandoned(at: second(5))
        #expect(breaker.isProbeDue(at: second(5)))
    }

    @Test func `a pause that the server asked for ends by itself, and no other answer shortens it`() {
        var breaker = CircuitBreaker()
        breaker.pause(until: second(10))
        breaker.succeeded()
        #expect(!breaker.admitsWork(at: second(9)) && breaker.admitsWork(at: second(10)))
        #expect(breaker.nextChange(after: second(9)) == second(10) && breaker.nextChange(after: second(10)) == nil)
    }
}
