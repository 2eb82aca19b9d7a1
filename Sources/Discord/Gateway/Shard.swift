import DiscordModels
import Logging
import NIOCore
import ServiceLifecycle
import Support
import Synchronization

/// Says what an event asks for: nothing, or work, which is done beside other work and never holds the reader up.
///
/// Asked on the thread where the event's bytes have arrived, each shard's events in their order: it must not wait, nor take long.
public typealias GatewayEventHandler = @Sendable (GatewayEvent, ShardContext) -> GatewayWork?

/// What an event asks for.
///
/// Returning says: handled, durably; the event will not come again. Throwing `CancellationError` says: not handled; the next
/// process gets it again. Any other error is logged, and the event counts as handled, for it would fail again.
public typealias GatewayWork = @Sendable () async throws -> Void

/// Where an event came from.
public struct ShardContext: Sendable, Hashable {
    public let shardID: Int
    public let shardCount: Int
    /// The event's sequence in its session.
    public let sequence: Int
    /// When its last byte had been read.
    public let receivedAt: Timestamp
}

/// One connection to the gateway and the session on it: performs what ``Shard/StateMachine`` decides.
///
/// Runs until it is told to stop, its session then saved, or until something is wrong that only a person can mend.
public final class Shard: Service {
    public struct Configuration: Sendable {
        public var token: Secret
        public var intents: GatewayIntents
        public var shardID: Int
        public var shardCount: Int
        /// The `url` of `GET /gateway/bot`.
        public var address: GatewayAddress
        public var compression: GatewayAddress.Compression = .zlibStream
        public var presence: GatewayPresence?
        /// Events that are worked on at once; when there are as many the reader waits.
        public var maxEventsInFlight = 1_024
        /// The least time between two saves of the session.
        public var saveInterval: Duration = .seconds(2)
        /// An older session is not resumed: what was asked then can no longer be answered.
        public var maxSessionAge: Duration = .seconds(15 * 60)
        /// With no session to resume it does not connect before.
        public var identifiesFrom: Timestamp?

        public init(token: Secret, intents: GatewayIntents, shardID: Int = 0, shardCount: Int = 1, address: GatewayAddress) {
            self.token = token
            self.intents = intents
            self.shardID = shardID
            self.shardCount = shardCount
            self.address = address
        }
    }

    /// All that changes while the shard runs.
    struct State {
        var machine: StateMachine
        var attempt: GatewayConnectionAttempt?
        var connection: GatewayConnection?
        /// Ends the pause between two connections.
        var waker: AsyncStream<Void>.Continuation?
        var tracker = SequenceTracker()
        var recent = RecentIDs<GatewayEvent.ReplayKey>(capacity: 4_096)
        var statistics = ShardStatistics()
        /// When the gateway was last heard of.
        var heardAt: Timestamp
        /// Since when there is no connection that has been spoken on.
        var unreachableSince: Timestamp?
        /// Tells the saver that there is something new to save.
        var changes: AsyncStream<Void>.Continuation?
        /// Asks for a slot to identify in.
        var permitRequests: AsyncStream<Void>.Continuation?
        /// Hands on what events ask for.
        var assignments: AsyncStream<Assignment>.Continuation?
        var slots: HandlerSlots
    }

    /// What an event asked for, and the event's place in the session.
    struct Assignment: Sendable {
        let event: String
        let work: GatewayWork
        let ticket: SequenceTracker.Ticket
    }

    let configuration: Configuration
    let outgoing: GatewayOutgoing
    let handler: GatewayEventHandler
    let sessions: any SessionStore
    let permits: any IdentifyPermits
    let connector: GatewayConnector
    let cache: GatewayCache?
    let clock: any WallClock
    let jitter: @Sendable () -> Double
    let logger: Logger
    let state: Mutex<State>

    /// - Parameters:
    ///   - permits: shared by all shards of a bot.
    ///   - cache: fed with what it keeps, in the order of the events.
    ///   - jitter: gives a random number in 0…1.
    public init(
        configuration: Configuration, sessions: any SessionStore, permits: any IdentifyPermits, connector: GatewayConnector,
        cache: GatewayCache? = nil, clock: any WallClock, jitter: @escaping @Sendable () -> Double, logger: Logger,
        handler: @escaping GatewayEventHandler
    ) {
        self.configuration = configuration
        self.handler = handler
        self.sessions = sessions
        self.permits = permits
        self.connector = connector
        self.cache = cache
        self.clock = clock
        self.jitter = jitter
        var logger = logger
        logger[metadataKey: "shard"] = "\(configuration.shardID)"
        self.logger = logger
        outgoing = GatewayOutgoing(
            token: configuration.token, intents: configuration.intents, shardID: configuration.shardID,
            shardCount: configuration.shardCount, presence: configuration.presence)
        let machine = StateMachine(configuration: .init(address: configuration.address))
        state = Mutex(State(machine: machine, heardAt: clock.now(), slots: HandlerSlots(count: configuration.maxEventsInFlight)))
    }

    /// Serves until graceful shutdown or cancellation; call it once. Returns when the events in hand have been handled and the
    /// session has been saved.
    ///
    /// - Throws: ``GatewayError`` that ``GatewayError/isFatal``.
    public func run() async throws {
        if await !loadSession(), let moment = configuration.identifiesFrom {
            state.withLock { state in if !state.machine.isStopping { state.machine.state = .waiting(until: moment) } }
        }
        let (changes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (requests, requesting) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (assignments, assigning) = AsyncStream<Assignment>.makeStream()
        state.withLock { state in
            state.changes = continuation
            state.permitRequests = requesting
            state.assignments = assigning
        }
        let failure = await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withTaskGroup(of: Void.self) { savers -> GatewayError? in
                    savers.addTask { await self.keepSaving(changes) }
                    savers.addTask { await self.keepAskingForPermits(requests) }
                    async let handled: Void = self.handle(assignments)
                    let failure = await self.connectUntilOver()
                    assigning.finish()
                    await handled
                    savers.cancelAll()
                    return failure
                }
            } onGracefulShutdown: {
                self.leave()
            }
        } onCancel: {
            self.leave()
        }
        // Not in this task, which may have been cancelled: the last save must still go through.
        await Task { await self.save() }.value
        if let failure { throw failure }
    }

    /// Sends a presence update, now or as soon as the send limit allows.
    public func update(presence: GatewayPresence) throws { try send(.presenceUpdate, presence) }

    /// Sends a payload of the client's, now or as soon as the session is ready and the send limit allows.
    public func send(_ opcode: GatewayOpcode, _ data: some Encodable) throws {
        let payload = try GatewayOutgoing.encode(opcode, data)
        let now = clock.now()
        perform(try state.withLock { try $0.machine.enqueue(payload, at: now) })
    }

    /// Whether it has tried for that long in vain to hear something of the gateway.
    func isUnreachable(for span: Duration, at now: Timestamp) -> Bool {
        state.withLock { state in !state.machine.isStopping && state.unreachableSince.map { $0 + span <= now } ?? false }
    }

    /// What the shard has seen so far.
    public var statistics: ShardStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.phase = state.machine.phase
            statistics.latency = state.machine.latency
            return statistics
        }
    }
}
