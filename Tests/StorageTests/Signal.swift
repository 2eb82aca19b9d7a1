import Dispatch

/// Given by one thread, taken by another that waits for it.
final class Signal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func give() { semaphore.signal() }

    /// Gives up after half a minute: then what should have given it has failed.
    func take() { _ = semaphore.wait(timeout: .now() + 30) }
}
