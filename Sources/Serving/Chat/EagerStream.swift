import Inference
import Support
import Synchronization

/// A model's events, asked for before anybody reads them, so that an error at the very start is known in time for the status.
///
/// Letting go of ``events`` stops the model.
struct EagerStream: Sendable {
    let events: AsyncThrowingStream<TextEvent, any Error>
    private let firstSigns: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let failure: Failure

    private final class Failure: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }

    init(_ source: AsyncThrowingStream<TextEvent, any Error>) {
        let (signs, signal) = AsyncStream<Void>.makeStream()
        let failure = Failure()
        (firstSigns, self.signal, self.failure) = (signs, signal, failure)
        events = AsyncThrowingStream { continuation in
            let task = Task {
                var isFirst = true
                do {
                    for try await event in source {
                        continuation.yield(event)
                        if isFirst { signal.finish() }
                        isFirst = false
                    }
                    signal.finish()
                    continuation.finish()
                } catch {
                    if isFirst { failure.error.withLock { $0 = error } }
                    signal.finish()
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Waits for the first event, but no longer than so.
    ///
    /// - Throws: the error with which the stream began, where it came in that time.
    func waitForFirst(atMost longest: Duration, _ clock: any WallClock) async throws {
        let signal = signal
        let alarm = Task {
            try? await clock.sleep(for: longest)
            signal.finish()
        }
        for await _ in firstSigns {}
        alarm.cancel()
        try Task.checkCancellation()
        if let error = failure.error.withLock({ $0 }) { throw error }
    }
}
