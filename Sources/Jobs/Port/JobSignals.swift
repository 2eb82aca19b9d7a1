import Support
import Synchronization

/// What happened in a queue, told at once to everybody in this process.
///
/// A hint, never the truth: it may be dropped when a listener is slow, and other processes' doings are not heard. Who
/// listens also polls.
public enum JobSignal: Sendable, Hashable {
    case available(queue: String)
    case cancelRequested(RequestID)
    case progressed(RequestID, Double)
    case settled(RequestID, JobState)
    case deliveries
}

/// Fans signals out to listeners in this process.
public final class JobSignals: Sendable {
    private struct State {
        var nextID = 0
        var listeners: [Int: AsyncStream<JobSignal>.Continuation] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// Every signal from now on; the newest `limit` are kept for a slow listener. Ends when the listener does.
    public func listen(limit: Int = 256) -> AsyncStream<JobSignal> {
        let (stream, continuation) = AsyncStream<JobSignal>.makeStream(bufferingPolicy: .bufferingNewest(limit))
        let id = state.withLock { state -> Int in
            state.nextID += 1
            state.listeners[state.nextID] = continuation
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) } }
        return stream
    }

    public func send(_ signal: JobSignal) {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.yield(signal) }
    }

    func send(_ signals: [JobSignal]) { for signal in signals { send(signal) } }
}
