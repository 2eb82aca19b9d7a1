import DiscordModels
import Logging
import ServiceLifecycle
import Support
import Synchronization

/// The bot's whole gateway: asks where to connect, then runs the shards that are this process's, all of them where it is alone.
///
/// Takes the asking as a closure, so that it knows nothing of REST. The closure throws a fatal ``GatewayError`` (a wrong
/// token, say) to end the run; anything else it throws is met with patience.
public final class Gateway: Service {
    public struct Configuration: Sendable {
        public var token: Secret
        public var intents: GatewayIntents
        public var presence: GatewayPresence?
        public var compression: GatewayAddress.Compression = .zlibStream
        /// nil: as many as Discord recommends, or as many as others already run by.
        public var shardCount: Int?
        /// Told how many bot processes live, whenever they are counted.
        public var onProcesses: @Sendable (Int) -> Void = { _ in }
        public var maxEventsInFlight = 1_024
        /// Between two questions where to connect while Discord does not answer.
        public var backoff = Backoff(base: .seconds(1), cap: .seconds(30))

        public init(token: Secret, intents: GatewayIntents) {
            self.token = token
            self.intents = intents
        }
    }

    /// More than any bot has; bounds what a wrong answer can make us start.
    static let maxShards = 16_384

    let configuration: Configuration
    private let directions: @Sendable () async throws -> GatewayBotInfo
    let leases: any ShardLeases
    private let connector: GatewayConnector
    private let cache: GatewayCache?
    let clock: any WallClock
    private let jitter: @Sendable () -> Double
    let logger: Logger
    private let handler: GatewayEventHandler
    private let running = Mutex<[Shard]>([])

    /// - Parameters:
    ///   - leases: which of the shards are this process's.
    ///   - cache: fed with what it keeps.
    ///   - directions: asks `GET /gateway/bot`.
    ///   - jitter: gives a random number in 0…1.
    public init(
        configuration: Configuration, leases: any ShardLeases, connector: GatewayConnector = GatewayConnector(),
        cache: GatewayCache? = nil, clock: any WallClock, jitter: @escaping @Sendable () -> Double, logger: Logger,
        directions: @escaping @Sendable () async throws -> GatewayBotInfo,
        handler: @escaping GatewayEventHandler
    ) {
        self.configuration = configuration
        self.leases = leases
        self.connector = connector
        self.cache = cache
        self.clock = clock
        self.jitter = jitter
        self.logger = logger
        self.directions = directions
        self.handler = handler
    }

    /// A gateway of a bot that is one process.
    public convenience init(
        configuration: Configuration, sessions: any SessionStore, connector: GatewayConnector = GatewayConnector(),
        cache: GatewayCache? = nil, clock: any WallClock, jitter: @escaping @Sendable () -> Double, logger: Logger,
        directions: @escaping @Sendable () async throws -> GatewayBotInfo, handler: @escaping GatewayEventHandler
    ) {
        self.init(
            configuration: configuration, leases: SoleProcess(sessions: sessions), connector: connector, cache: cache, clock: clock,
            jitter: jitter, logger: logger, directions: directions, handler: handler)
    }

    /// What each shard has seen so far, by shard id.
    public var statistics: [ShardStatistics] { running.withLock { $0 }.map(\.statistics) }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: a fatal ``GatewayError``; the other shards have then been ended, their sessions saved.
    public func run() async throws {
        guard let directions = try await askForDirections() else { return }
        let (budget, askedAt) = (directions.sessionStartLimit, clock.now())
        let address = try GatewayAddress(directions.url)
        let count = max(1, min(configuration.shardCount ?? directions.shards, Self.maxShards))
        if budget.remaining < count {
            logger.warning(
                "few identifies left today; shards wait for the reset",
                metadata: ["remaining": "\(budget.remaining)", "reset_after_s": "\(budget.resetAfter / 1_000)"])
        }
        try await ShardKeeper(gateway: self, address: address, count: count, budget: budget, askedAt: askedAt).run()
    }

    /// - Returns: whether the time has passed; false when the process shuts down.
    func pause(_ duration: Duration) async -> Bool {
        do {
            try await cancelWhenGracefulShutdown { try await self.clock.sleep(for: duration) }
            return true
        } catch {
            return false
        }
    }

    /// Whether a gateway opens the door there. Nothing is said to it.
    func reaches(_ address: GatewayAddress) async -> Bool {
        let attempt = GatewayConnectionAttempt()
        defer { attempt.cancel() }
        let opened = try? await cancelWhenGracefulShutdown {
            try await withTaskCancellationHandler {
                _ = try await self.connector.open(address, compression: self.configuration.compression, attempt: attempt)
            } onCancel: {
                attempt.cancel()
            }
        }
        return opened != nil
    }

    /// - Returns: nil when the process shuts down first.
    private func askForDirections() async throws -> GatewayBotInfo? {
        var attempt = 0
        while true {
            do {
                return try await directions()
            } catch let error as GatewayError where error.isFatal {
                throw error
            } catch {
                attempt += 1
                logger.warning("no answer where the gateway is", metadata: ["attempt": "\(attempt)", "error": "\(error)"])
            }
            guard await pause(configuration.backoff.delay(attempt: attempt, jitter: jitter())) else { return nil }
        }
    }

    /// A shard under its lease, among `count` in all; it shows in ``statistics`` from now on.
    func makeShard(_ lease: ShardLease, of count: Int, at address: GatewayAddress, identifyingFrom start: Timestamp) -> Shard {
        var shard = Shard.Configuration(
            token: configuration.token, intents: configuration.intents, shardID: lease.shardID, shardCount: count, address: address)
        shard.compression = configuration.compression
        shard.presence = configuration.presence
        shard.maxEventsInFlight = configuration.maxEventsInFlight
        shard.identifiesFrom = start
        let made = Shard(
            configuration: shard, sessions: leases.sessions(under: lease), permits: leases, connector: connector, cache: cache,
            clock: clock, jitter: jitter, logger: logger, handler: handler)
        running.withLock { shards in
            shards.removeAll { $0.configuration.shardID == lease.shardID }
            shards.append(made)
            shards.sort { $0.configuration.shardID < $1.configuration.shardID }
        }
        return made
    }

    /// Another process has it now.
    func forget(_ shard: Shard) {
        cache?.lost(shard: shard.configuration.shardID, of: shard.configuration.shardCount)
        running.withLock { $0.removeAll { $0 === shard } }
    }
}
