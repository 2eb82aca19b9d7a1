import Support
import Testing

@testable import Discord

@Suite("Rate limiter: the global limit")
struct GlobalLimitTests {
    /// Journeys of a number of milliseconds that changes from call to call; what is beyond the shortest may be lost on either way.
    @Test(
        "however unequal the journeys, at most 50 calls arrive in a second, and about 48 do",
        arguments: [[50], [5, 5, 5, 90], [400, 3, 3, 3, 3, 3, 3, 3], [1_500, 20, 700, 20, 20]] as [[Int64]])
    func journeys(milliseconds: [Int64]) throws {
        let count = 200
        var bench = LimiterBench()
        for n in 1...count { _ = try bench.ask(LimiterBench.messages(in: n)) }
        let start = bench.now
        var underWay: [(id: CallID, answer: Timestamp)] = []
        var arrivals: [Int64] = []
        while arrivals.count < count {
            let (releases, wake) = bench.limiter.release(at: bench.now)
            for case .send(let id) in releases {
                let journey = milliseconds[arrivals.count % milliseconds.count]
                // Some arrive at once and wait for the answer, others travel long.
                let shortest = milliseconds.min() ?? 0
                let arrival = bench.now + .milliseconds(shortest / 2 + (arrivals.count.isMultiple(of: 3) ? 0 : journey - shortest))
                arrivals.append((arrival - start).milliseconds)
                underWay.append((id, bench.now + .milliseconds(journey)))
            }
            let moments = underWay.map(\.answer) + (wake.map { [bench.now + $0] } ?? [])
            bench.now = try #require(moments.min())
            for call in underWay where call.answer <= bench.now { bench.answer(call.id) }
            underWay.removeAll { $0.answer <= bench.now }
        }
        arrivals.sort()
        let most = arrivals.indices.map { i in arrivals[i...].prefix { $0 < arrivals[i] + 1_000 }.count }.max() ?? 0
        #expect(most <= 50)
        if milliseconds == [50] {
            let rate = Double(count) / (Double(arrivals.last ?? 0) / 1_000)
            #expect((46.0...50.0).contains(rate), "\(rate) a second")
        }
    }

    @Test("waiting calls leave a few at a time, in order")
    func noBurst() throws {
        var bench = LimiterBench()
        let calls = try (1...200).map { try bench.ask(LimiterBench.messages(in: $0)) }
        let left = bench.letAllLeave(within: .seconds(60))
        #expect(left.map(\.id) == calls)
        #expect(left.indices.allSatisfy { i in left[i...].prefix { $0.at < left[i].at + 240 }.count <= 12 })
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
