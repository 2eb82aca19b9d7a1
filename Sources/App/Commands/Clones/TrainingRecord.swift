import Memory
import Neural
import Support
import Synchronization

/// How a training goes, put down now and then for the console: taken from the thread that learns, written by whoever waits for it.
final class TrainingRecord: Sendable {
    private let training: Mutex<CloneTraining>
    private let clone: Clone.ID
    private let store: CloneStore
    private let clock: any WallClock

    init(_ training: CloneTraining, of clone: Clone.ID, in store: CloneStore, clock: any WallClock) {
        self.training = Mutex(training)
        (self.clone, self.store, self.clock) = (clone, store, clock)
    }

    func take(_ step: TrainingReport.Step) {
        training.withLock { $0.take(step) }
    }

    /// - Parameter ending: nil while it goes on.
    func write(ending: TrainingEnding? = nil) async throws {
        var now = training.withLock { $0 }
        now.seenAt = clock.now()
        now.ending = ending?.rawValue
        try await store.note(now, of: clone)
    }
}

extension CloneTraining {
    fileprivate mutating func take(_ step: TrainingReport.Step) { (steps, curve) = (step.steps, step.curve) }
}
