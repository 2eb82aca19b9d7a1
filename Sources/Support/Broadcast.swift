import Synchronization

/// Tells everybody in this process who listens, at once.
///
/// A hint, never the truth: it may be dropped when a listener is slow, and other processes are not heard. Who listens also polls.
public final class Broadcast<Element: Sendable>: Sendable {
    private struct State {
        var nextID = 0
        var listeners: [Int: AsyncStream<Element>.Continuation] = [:]
    }

    private let state: Mutex<State>

    public init() { state = Mutex(State()) }

    /// Everything from now on; the newest `limit` are kept for a slow listener. Ends when the listener does.
    public func listen(limit: Int = 256) -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream<Element>.makeStream(bufferingPolicy: .bufferingNewest(limit))
        let id = state.withLock { state -> Int in
            state.nextID += 1
            state.listeners[state.nextID] = continuation
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) } }
        return stream
    }

    public func send(_ element: Element) {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.yield(element) }
    }

    public func send(_ elements: [Element]) { for element in elements { send(element) } }
}
