import Foundation
import Synchronization
import UnixSignals

/// Ctrl-C: stops what can be stopped at the moment, or else the command.
final class Interrupts: Sendable {
    private let handler = Mutex<(@Sendable () -> Void)?>(nil)

    init() async {
        let signals = await UnixSignalsSequence(trapping: .sigint)
        Task.detached { [weak self] in
            for await _ in signals {
                guard let handler = self?.handler.withLock({ $0 }) else { exit(130) }
                handler()
            }
        }
    }

    /// - Parameter handler: nil: the command ends.
    func handle(_ handler: (@Sendable () -> Void)?) { self.handler.withLock { $0 = handler } }
}
