import DiscordModels
import Support
import Synchronization

/// The driver of ``ShardLeases`` for a bot that is one process: all shards are its own, for good.
public final class SoleProcess: ShardLeases {
    private let sessions: any SessionStore
    private let gate: Mutex<IdentifyGate?>

    public init(sessions: any SessionStore) {
        self.sessions = sessions
        gate = Mutex(nil)
    }

    public var span: Duration { .seconds(9) }
    public var beat: Duration { .seconds(3) }

    public func renew(wanting count: Int, isFirm: Bool, isCutOff: Bool, at now: Timestamp) -> ShardOrders {
        var orders = ShardOrders(shardCount: count, until: nil)
        orders.run = (0..<count).map { ShardLease(shardID: $0, fence: 0) }
        return orders
    }

    public func release(_ lease: ShardLease) {}

    public func leave() {}

    public func sessions(under lease: ShardLease) -> any SessionStore { sessions }

    public func learn(_ limit: SessionStartLimit, at now: Timestamp) {
        gate.withLock { gate in
            if gate == nil { gate = IdentifyGate(limit, at: now) } else { gate?.learn(limit, at: now) }
        }
    }

    /// At once until Discord has said what is allowed.
    public func reserve(shard: Int, at now: Timestamp) -> Timestamp { gate.withLock { $0?.reserve(shard: shard, at: now) } ?? now }
}
