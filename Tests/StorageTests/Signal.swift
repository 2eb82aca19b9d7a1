import Dispatch
import Synchronization

/// Given by one thread, taken by another that waits for it.
final class Signal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func give() { semaphore.signal() }

    /// Gives up after half a minute: then what should have given it has failed.
    func take() { _ = semaphore.wait(timeout: .now() + 30) }

    /// The same, on a thread that Swift's tasks do not need.
    func taken() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                take()
                continuation.resume()
            }
        }
    }
}

/// Counts from several threads.
final class Count: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    /// 1, 2, 3, …
    @discardableResult
    func next() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}
