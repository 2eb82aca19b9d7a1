import DiscordModels
import Logging
import ServiceLifecycle
import Support
import Synchronization

/// The bot's whole gateway: asks where to connect, then runs every shard.
///
/// Takes the asking as a closure, so that it knows nothing of REST. The closure throws a fatal ``GatewayError`` (a wrong
/// token, say) to end the run; anything else it throws is met with patience.
public final class Gateway: Service {
    public struct Configuration: Sendable {
        public var token: Secret
        public var intents: GatewayIntents
        public var presence: GatewayPresence?
        public var compression: GatewayAddress.Compression = .zlibStream
        /// nil: as many as Discord recommends.
        public var shardCount: Int?
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

    private let configuration: Configuration
    private let directions: @Sendable () async throws -> GatewayBotInfo
    private let sessions: any SessionStore
    private let connector: GatewayConnector
    private let cache: GatewayCache?
    private let clock: any WallClock
    private let jitter: @Sendable () -> Double
    private let logger: Logger
    private let handler: GatewayEventHandler
    private let running = Mutex<[Shard]>([])

    /// - Parameters:
    ///   - cache: fed with what it keeps.
    ///   - directions: asks `GET /gateway/bot`.
    ///   - jitter: gives a random number in 0…1.
    public init(
        configuration: Configuration, sessions: any SessionStore, connector: GatewayConnector = GatewayConnector(),
        cache: GatewayCache? = nil, clock: any WallClock, jitter: @escaping @Sendable () -> Double, logger: Logger,
        directions: @escaping @Sendable () async throws -> GatewayBotInfo,
        handler: @escaping GatewayEventHandler
    ) {
        self.configuration = configuration
        self.sessions = sessions
        self.connector = connector
        self.cache = cache
        self.clock = clock
        self.jitter = jitter
        self.logger = logger
        self.directions = directions
        self.handler = handler
    }

    /// What each shard has seen so far, by shard id.
    public var statistics: [ShardStatistics] { running.withLock { $0 }.map(\.statistics) }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: a fatal ``GatewayError``; the other shards have then been ended, their sessions saved.
    public func run() async throws {
        guard let directions = try await askForDirections() else { return }
        let budget = directions.sessionStartLimit
        let shards = makeShards(directions, address: try GatewayAddress(directions.url))
        running.withLock { $0 = shards }
        if budget.remaining < shards.count {
            logger.warning(
                "few identifies left today; shards wait for the reset",
                metadata: ["remaining": "\(budget.remaining)", "reset_after_s": "\(budget.resetAfter / 1_000)"])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (id, shard) in shards.enumerated() {
                let wave = id / max(1, budget.maxConcurrency)
                group.addTask {
                    guard await self.waitForTurn(shard: id, wave: wave) else { return }
                    try await shard.run()
                }
            }
            // Not `waitForAll`, which would wait for the healthy shards before it threw what ended one.
            while try await group.next() != nil {}
        }
    }

    /// Buckets identify in order, 5 s apart. A shard with a session to resume need not wait.
    private func waitForTurn(shard: Int, wave: Int) async -> Bool {
        guard wave > 0, (try? await sessions.load(shardID: shard)) ?? nil == nil else { return true }
        return await pause(IdentifyGate.spacing * wave)
    }

    /// - Returns: whether the time has passed; false when the process shuts down.
    private func pause(_ duration: Duration) async -> Bool {
        do {
            try await cancelWhenGracefulShutdown { try await self.clock.sleep(for: duration) }
            return true
        } catch {
            return false
        }
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

    private func makeShards(_ directions: GatewayBotInfo, address: GatewayAddress) -> [Shard] {
        let permits = IdentifyPermits(IdentifyGate(directions.sessionStartLimit, at: clock.now()))
        let count = max(1, min(configuration.shardCount ?? directions.shards, Self.maxShards))
        return (0..<count).map { id in
            var shard = Shard.Configuration(
                token: configuration.token, intents: configuration.intents, shardID: id, shardCount: count, address: address)
            shard.compression = configuration.compression
            shard.presence = configuration.presence
            shard.maxEventsInFlight = configuration.maxEventsInFlight
            return Shard(
                configuration: shard, sessions: sessions, permits: permits, connector: connector, cache: cache, clock: clock,
                jitter: jitter, logger: logger, handler: handler)
        }
    }
}
