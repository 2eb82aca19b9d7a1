import Support
import Testing

@Suite("Time")
struct TimeTests {
    @Test("A manual clock wakes those whose moment has come, and no others")
    func manualClockWakes() async throws {
        let clock = ManualClock()
        let start = clock.now()
        async let early: Void = clock.sleep(for: .seconds(1))
        async let late: Void = clock.sleep(for: .seconds(10))
        while clock.sleeperCount < 2 { await Task.yield() }
        #expect(clock.nextDeadline == start + .seconds(1))
        clock.advance(by: .seconds(1))
        try await early
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .seconds(9))
        try await late
        #expect(clock.now() - start == .seconds(10))
    }

    @Test("Cancelling a sleeper of a manual clock wakes it with an error")
    func manualClockCancels() async {
        let clock = ManualClock()
        let sleeper = Task { try await clock.sleep(for: .seconds(1)) }
        while clock.sleeperCount == 0 { await Task.yield() }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(clock.sleeperCount == 0)
    }

    @Test("Waits grow twofold up to the cap, and jitter takes off at most half")
    func backoffGrows() {
        let backoff = Backoff(base: .seconds(1), cap: .seconds(60))
        #expect((1...8).map { backoff.delay(attempt: $0, jitter: 1).inSeconds } == [1, 2, 4, 8, 16, 32, 60, 60])
        #expect(backoff.delay(attempt: 3, jitter: 0) == .seconds(2))
        #expect(backoff.delay(attempt: 1_000, jitter: 1) == .seconds(60))
        #expect(backoff.delay(attempt: 0, jitter: 7) == .seconds(1))
    }
}
