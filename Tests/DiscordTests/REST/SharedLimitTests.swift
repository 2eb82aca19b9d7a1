import RepeatableChance
import Support
import Testing

@testable import Discord

@Suite("Rate limits of a token that several processes use")
struct SharedLimitTests {
    /// A bucket as Discord keeps it: so many calls in a window that begins with the first.
    private struct Window {
        let limit: Int
        let span: Duration
        var used = 0
        var endsAt: Timestamp?
        var refusals = 0

        mutating func take(at now: Timestamp) -> (isAllowed: Bool, remaining: Int, resetAfter: Duration) {
            if let endsAt, endsAt <= now { (self.endsAt, used) = (nil, 0) }
            if endsAt == nil { endsAt = now + span }
            let after = (endsAt ?? now) - now
            guard used < limit else {
                refusals += 1
                return (false, 0, after)
            }
            used += 1
            return (true, limit - used, after)
        }
    }

    @Test("No bucket is overdrawn by processes that know nothing of one another's calls", arguments: 1...60)
    func buckets(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let processes = 2 + seed % 3
        var window = Window(limit: 5, span: .seconds(5))
        var buckets = Array(repeating: RateLimitBucket(), count: processes)
        var journeys: [(process: Int, id: CallID, arrives: Timestamp, answer: RateLimitAnswer?, returns: Timestamp)] = []
        var now = at(0)
        var (number, done): (UInt64, Int) = (1, 0)
        while now < at(300) {
            now = now + .milliseconds(10)
            for index in journeys.indices where journeys[index].arrives <= now && journeys[index].answer == nil {
                let (isAllowed, remaining, after) = window.take(at: now)
                let reset = "\(after.inSeconds)"
                journeys[index].answer = RateLimitAnswer(
                    status: isAllowed ? 200 : 429,
                    header: {
                        [
                            "x-ratelimit-bucket": "b", "x-ratelimit-limit": "5", "x-ratelimit-remaining": "\(remaining)",
                            "x-ratelimit-reset-after": reset,
                        ][$0]
                    }, body: nil)
            }
            while let index = journeys.firstIndex(where: { $0.returns <= now && $0.answer != nil }) {
                let journey = journeys.remove(at: index)
                guard let answer = journey.answer else { continue }
                buckets[journey.process].answered(journey.id, answer, at: now)
                done += 1
            }
            let process = Int(random.next() % UInt64(processes))
            guard random.next() % 8 == 0, buckets[process].permit(at: now, processes: processes) == .now else { continue }
            let id = CallID(number: number)
            number += 1
            buckets[process].left(id, at: now)
            let there = Duration.milliseconds(Int64(random.next() % 200))
            journeys.append((process, id, now + there, nil, now + there + .milliseconds(Int64(random.next() % 200))))
        }
        #expect(window.refusals == 0)
        // Five a window would be 300; one less for each process but one is left unused, and journeys take their time.
        #expect(done > 60)
    }

    @Test("Two processes have half of the fifty calls a second each, and a newcomer two")
    func global() throws {
        for (processes, most) in [(1, 48), (2, 24), (3, 16), (RESTClient.newcomer, 2)] {
            var bench = LimiterBench()
            bench.limiter.share(among: processes)
            for interaction in 0..<60 { _ = try bench.ask(LimiterBench.webhook(interaction)) }
            #expect(bench.letAllLeave(within: .milliseconds(999)).count == most)
        }
    }
}
