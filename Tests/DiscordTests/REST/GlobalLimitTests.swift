import Support
import Testing

@testable import Discord

@Suite("Rate limiter: the global limit")
struct GlobalLimitTests {
    /// 500 calls, each in a channel of its own, with a rate and a number of milliseconds by which arrivals may be out of step.
    @Test("calls that travel up to 112 ms longer than others still arrive at most 50 a second")
    func jitter() throws {
        var bench = LimiterBench()
        for n in 1...500 { _ = try bench.ask(LimiterBench.messages(in: n)) }
        let left = bench.letAllLeave(within: .seconds(60)).map(\.at)
        #expect(left.count == 500)
        // The worst: the first of a second's arrivals came late, and the last ones at once. Any 1,112 ms of leaving bounds it.
        for (i, start) in left.enumerated() {
            let arrivals = left[i...].prefix { $0 < start + 1_112 }.count
            #expect(arrivals <= 50)
        }
        let rate = 500 / (Double(left.last ?? 0) / 1_000)
        #expect((44.0...51.0).contains(rate), "\(rate) a second")
    }

    @Test("waiting calls leave a few at a time, in order")
    func noBurst() throws {
        var bench = LimiterBench()
        let calls = try (1...200).map { try bench.ask(LimiterBench.messages(in: $0)) }
        let left = bench.letAllLeave(within: .seconds(60))
        #expect(left.map(\.id) == calls)
        for (i, call) in left.enumerated() { #expect(left[i...].prefix { $0.at < call.at + 250 }.count <= 12) }
    }

    @Test("answers to interactions neither wait for the global limit nor count towards it")
    func exempt() throws {
        var bench = LimiterBench()
        for n in 1...100 { _ = try bench.ask(LimiterBench.messages(in: n)) }
        #expect(bench.leaving().count == 12)
        let callbacks = try (1...200).map { try bench.ask(LimiterBench.callback($0)) }
        #expect(bench.leaving() == callbacks)
    }
}
