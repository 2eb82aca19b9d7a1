import Inference
import Support

/// Asks again what failed for a reason that may pass, as long as a person would wait for it.
struct Patience: Sendable {
    var attempts = 4
    /// Nothing is asked again that could not be asked before so much time has passed.
    var longest = Duration.seconds(30)
    var backoff = Backoff(base: .milliseconds(500), cap: .seconds(10))
    let clock: any WallClock
    /// Draws a number in 0…1.
    let jitter: @Sendable () -> Double

    /// - Parameter isWelcome: whether a failure may still be hidden by another attempt.
    func attempt<Value>(while isWelcome: () -> Bool = { true }, _ work: () async throws -> Value) async throws -> Value {
        let end = clock.now() + longest
        var attempt = 0
        while true {
            do { return try await work() } catch let error as ModelError where error.isTransient && isWelcome() {
                attempt += 1
                let pause = error.retryAfter ?? backoff.delay(attempt: attempt, jitter: jitter())
                guard attempt < attempts, clock.now() + pause <= end else { throw error }
                try await clock.sleep(for: pause)
            }
        }
    }
}
