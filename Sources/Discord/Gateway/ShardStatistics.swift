/// What a shard has seen since it began, for a person's eye and for metrics.
public struct ShardStatistics: Sendable, Hashable {
    public enum Phase: String, Sendable, Hashable {
        case waiting, connecting, identifying, resuming, ready, closing, stopped, failed
    }

    public var phase: Phase = .waiting
    /// From the last heartbeat to its ack.
    public var latency: Duration?
    /// Connections that got as far as an open WebSocket.
    public var connections = 0
    public var identifies = 0
    public var resumes = 0
    /// Dispatches handed to the handler.
    public var events = 0
    /// Dispatches dropped because they had come before.
    public var replays = 0
    /// Dispatches of a known kind that could not be read.
    public var undecodable = 0
    /// Dispatches of kinds that nobody here asked for, by name; beyond the bound all under `…`.
    public private(set) var ignored: [String: Int] = [:]

    static let maxNames = 200

    mutating func ignore(_ name: String) {
        if ignored[name] == nil, ignored.count >= Self.maxNames { ignored["…", default: 0] += 1 } else { ignored[name, default: 0] += 1 }
    }
}

extension Shard.StateMachine {
    var phase: ShardStatistics.Phase {
        switch state {
        case .waiting: .waiting
        case .connecting, .awaitingHello: .connecting
        case .awaitingPermit, .identifying: .identifying
        case .resuming: .resuming
        case .ready: .ready
        case .closing: .closing
        case .stopped: .stopped
        case .failed: .failed
        }
    }
}
