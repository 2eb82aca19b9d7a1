import DiscordModels
import Support

/// The right to run a shard. It ends when another process has it under a higher fence.
public struct ShardLease: Sendable, Hashable {
    public let shardID: Int
    public let fence: Int

    public init(shardID: Int, fence: Int) {
        self.shardID = shardID
        self.fence = fence
    }
}

/// What a process is told when it says that it lives.
public struct ShardOrders: Sendable, Hashable {
    /// How many shards there are in all.
    public var shardCount: Int
    /// The shards to run, and no others: what runs beside these is to be left and released.
    public var run: [ShardLease] = []
    /// Bot processes that live, this one too.
    public var processes = 1
    /// The shards are this process's until then; nil: for good, and nobody needs to ask again.
    public var until: Timestamp?
    /// Others run by another number of shards, and this process waits for their end.
    public var isWaiting = false

    public init(shardCount: Int, until: Timestamp?) {
        self.shardCount = shardCount
        self.until = until
    }
}

/// Shares the shards of a token, and Discord's budget of identifies, between all processes that log in with it.
///
/// ``Gateway`` asks; ``ShardBoard`` and ``IdentifyGate`` decide; a driver keeps them where all processes can reach them. All
/// methods throw while that place cannot be reached.
public protocol ShardLeases: IdentifyPermits {
    /// How long a lease lasts when it is not renewed.
    var span: Duration { get }
    /// How often to ask: a fraction of the span.
    var beat: Duration { get }
    /// Says that this process lives, and whether it is cut off from Discord, and asks which shards are its own.
    func renew(wanting count: Int, isFirm: Bool, isCutOff: Bool, at now: Timestamp) async throws -> ShardOrders
    /// This process has left the shard.
    func release(_ lease: ShardLease) async throws
    /// This process ends.
    func leave() async throws
    /// Where the session of the shard is kept. It saves nothing once the lease is another's.
    func sessions(under lease: ShardLease) -> any SessionStore
}

/// Who says when a shard may identify. One for all shards of a token.
public protocol IdentifyPermits: Sendable {
    /// Takes in what Discord says of the budget.
    func learn(_ limit: SessionStartLimit, at now: Timestamp) async throws
    /// Reserves the next slot for this shard and says when it is.
    func reserve(shard: Int, at now: Timestamp) async throws -> Timestamp
}
