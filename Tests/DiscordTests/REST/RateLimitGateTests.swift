import RepeatableChance
import Support
import Testing

@testable import Discord

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Calls that wait for their turn")
struct RateLimitGateTests {
    /// In a process of its own, because what it guards against is that every thread stands still. The alarm ends such a one.
    @Test("may be given up at the very moment their turn comes, and nobody is held up")
    func givenUpInTurn() async {
        await #expect(processExitsWith: .success) {
            alarm(60)
            let clock = ManualClock()
            let gate = RateLimitGate(configuration: RateLimiter.Configuration(), clock: clock)
            for round in 0..<2_000 {
                clock.advance(by: .seconds(1))
                await withTaskGroup(of: Void.self) { group in
                    for pair in 0..<4 {
                        let route = LimiterBench.messages(in: round * 4 + pair)
                        guard let first = try? gate.submit(route, patience: nil), let second = try? gate.submit(route, patience: nil) else {
                            exit(2)
                        }
                        let waiting = Task { try? await gate.wait(for: second) }
                        group.addTask {
                            try? await gate.wait(for: first)
                            gate.failed(first)
                        }
                        group.addTask {
                            waiting.cancel()
                            await waiting.value
                            gate.failed(second)
                        }
                    }
                }
            }
        }
    }
}
