import Synchronization

/// The port of a server that is starting: others wait here until it is known.
///
/// One for each server. What has ended never listens again.
public final class ListeningPort: Sendable {
    /// It could not listen, or has stopped.
    public struct NotListening: Error, CustomStringConvertible {
        public let description: String
    }

    private enum Phase {
        case waiting([CheckedContinuation<Int, any Error>])
        case listening(Int)
        case ended(String)
    }

    private let phase = Mutex(Phase.waiting([]))

    public init() {}

    /// Waits until the server listens.
    ///
    /// - Throws: ``NotListening`` once it has ended, with the reason.
    public func port() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            let result = phase.withLock { phase -> Result<Int, any Error>? in
                switch phase {
                case .waiting(let others):
                    phase = .waiting(others + [continuation])
                    return nil
                case .listening(let port): return .success(port)
                case .ended(let reason): return .failure(NotListening(description: reason))
                }
            }
            if let result { continuation.resume(with: result) }
        }
    }

    /// The server listens there.
    public func listens(on port: Int) {
        for continuation in turn(to: .listening(port)) { continuation.resume(returning: port) }
    }

    /// The server has stopped, or never could listen.
    public func ends(_ reason: String) {
        for continuation in turn(to: .ended(reason)) { continuation.resume(throwing: NotListening(description: reason)) }
    }

    private func turn(to next: Phase) -> [CheckedContinuation<Int, any Error>] {
        phase.withLock { phase in
            defer { phase = next }
            if case .waiting(let waiting) = phase { return waiting } else { return [] }
        }
    }
}
