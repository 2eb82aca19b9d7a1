import Support
import Synchronization

/// Why work in progress should stop.
enum StopReason: Sendable, Hashable {
    /// The owner cancelled.
    case cancelled
    /// Somebody else has the job by now, or it has ended: nothing may be written any more.
    case leaseLost
    /// The job's deadline has passed.
    case deadline
    /// The process is ending: the job goes back to the queue.
    case shutdown
}

/// Tells one piece of running work to stop, once; the first reason counts.
final class StopSignal: Sendable {
    private struct State {
        var reason: StopReason?
        var waiter: CheckedContinuation<Void, Never>?
        var ended = false
    }

    private let state = Mutex(State())

    var reason: StopReason? { state.withLock { $0.reason } }

    func stop(_ reason: StopReason) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.reason == nil { state.reason = reason }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns once there is a reason to stop, or when the waiting task is cancelled. For one waiter.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let returnsNow = state.withLock { state -> Bool in
                    if state.reason != nil || state.ended { return true }
                    state.waiter = continuation
                    return false
                }
                if returnsNow { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                state.ended = true
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
