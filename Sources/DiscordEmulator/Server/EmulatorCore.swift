import DequeModule
import OrderedCollections
import Support
import Synchronization

/// The one lock around everything: each step sets the world's clock, changes it, and tells gateway sessions, pages and waiters what
/// happened. No step waits for anything.
final class EmulatorCore: Sendable {
    struct State: Sendable {
        var world: World
        var hub: GatewayHub
        var limiter: RateLimiter
        var faults = FaultPlan()
        var traffic = TrafficLog()
        var audience = Audience()
        /// How far this clock is ahead of the machine's.
        var offset: Duration = .zero
        /// Grows with each change of the world.
        var revision = 0
        /// Set once the server stops: nobody new is let in.
        var isEnding = false
        var now: Timestamp { world.now }
    }

    let configuration: EmulatorConfiguration
    let clock: any WallClock
    private let state: Mutex<State>
    private let watchers = Mutex<(next: Int, all: [Int: AsyncStream<Void>.Continuation])>((0, [:]))
    /// Moments at which the world has to be looked at.
    let alarms: AsyncStream<Timestamp>
    private let alarm: AsyncStream<Timestamp>.Continuation
    /// Interactions for applications that take them over HTTP.
    let deliveries: AsyncStream<Delivery>
    private let outbox: AsyncStream<Delivery>.Continuation

    init(_ configuration: EmulatorConfiguration, clock: any WallClock) {
        self.configuration = configuration
        self.clock = clock
        (alarms, alarm) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100_000))
        (deliveries, outbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(10_000))
        state = Mutex(Self.fresh(configuration, at: clock.now()))
    }

    private static func fresh(_ configuration: EmulatorConfiguration, at now: Timestamp) -> State {
        var limits = World.Limits()
        limits.messagesPerChannel = max(1, configuration.messagesPerChannel)
        limits.disallowedIntents = Intents(rawValue: configuration.disallowedIntents)
        limits.maxConcurrency = max(1, configuration.maxConcurrency)
        limits.enforcesIdentifyPause = configuration.enforcesIdentifyPause
        limits.identifiesPerDay = configuration.identifiesPerDay
        limits.shards = configuration.shards
        limits.guildsPerShard = max(1, configuration.guildsPerShard)
        limits.redirectURIs = configuration.redirectURIs
        limits.attachmentBytes = configuration.attachmentBytes
        var hub = GatewayHub.Configuration()
        hub.sessionLifetime = configuration.sessionLifetime
        hub.machine.heartbeatInterval = configuration.heartbeatInterval
        let limiter = RateLimiter.Configuration(
            isEnabled: configuration.enforcesRateLimits, globalPerSecond: configuration.globalRequestsPerSecond,
            invalidRequests: configuration.invalidRequestLimit)
        return State(
            world: World(now: now, seed: configuration.seed, limits: limits), hub: GatewayHub(hub), limiter: RateLimiter(limiter))
    }

    /// Does one step.
    func step<Result: Sendable, Failure: Error>(_ body: (inout State) throws(Failure) -> Result) throws(Failure) -> Result {
        let (result, hasNews) = state.withLock { state -> (Swift.Result<Result, Failure>, Bool) in
            state.world.now = clock.now() + state.offset
            state.hub.now = state.world.now
            state.world.expireInteractions()
            state.world.archiveQuietThreads()
            carryOutDue(&state)
            let result: Swift.Result<Result, Failure>
            do throws(Failure) { result = .success(try body(&state)) } catch { result = .failure(error) }
            return (result, publish(&state))
        }
        if hasNews { wakeWatchers() }
        return try result.get()
    }

    /// Differs whenever the world may have changed.
    var stamp: Int { step { $0.revision &+ $0.traffic.total } }

    /// Lets everybody who waits look again; needed where a change is no event of the world, as when a bot comes online.
    func wakeWatchers() { for watcher in watchers.withLock({ Array($0.all.values) }) { watcher.yield() } }

    /// Tells everybody; whether there was anything to tell.
    private func publish(_ state: inout State) -> Bool {
        let events = state.world.takeEvents()
        if !events.isEmpty { state.revision += 1 }
        for event in events {
            state.hub.publish(event, in: state.world)
            state.audience.publish(event, in: state.world)
            if case .interactionChanged(let interaction) = event { setAlarm(for: interaction, state) }
            if case .interactionCreated(let interaction) = event, let delivery = delivery(of: interaction, in: state.world) {
                outbox.yield(delivery)
            }
        }
        return !events.isEmpty
    }

    /// Has the world looked at again when the interaction's time is up.
    func setAlarm(for interaction: InteractionRecord, _ state: borrowing State) {
        if let deadline = interaction.deadline { setAlarm(at: deadline, state) }
    }

    /// Has the world looked at again at that moment of its own clock.
    func setAlarm(at moment: Timestamp, _ state: borrowing State) { alarm.yield(moment + .milliseconds(1) - state.offset) }

    /// What a look at the state finds.
    enum Look<Found: Sendable>: Sendable {
        case found(Found)
        case notYet
        /// It is there, but must not change for that long.
        case again(after: Duration)
    }

    /// Looks at each change until something is found; nil when the time (of the machine's clock) is over.
    func wait<Found: Sendable>(atMost timeout: Duration, _ look: @escaping @Sendable (inout State) -> Look<Found>) async -> Found? {
        let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = watchers.withLock { watchers in
            watchers.next += 1
            watchers.all[watchers.next] = continuation
            return watchers.next
        }
        defer { watchers.withLock { $0.all[id] = nil } }
        continuation.yield()
        return await withTaskGroup(of: Found?.self) { group in
            group.addTask { [clock] in
                try? await clock.sleep(for: timeout)
                continuation.finish()
                return nil
            }
            var found: Found?
            search: for await _ in changes {
                switch step({ state in look(&state) }) {
                case .found(let result):
                    found = result
                    break search
                case .notYet: continue
                case .again(let pause):
                    group.addTask { [clock] in
                        try? await clock.sleep(for: pause)
                        continuation.yield()
                        return nil
                    }
                }
            }
            group.cancelAll()
            return found
        }
    }

    /// Ends what keeps the server from stopping.
    func shutDown() {
        step { state in
            state.isEnding = true
            state.hub.disconnectAll(code: 1001)
            state.audience.finish()
        }
        alarm.finish()
        outbox.finish()
    }

    /// The world as new. Sockets are cut, so that bots identify again.
    func reset() { startAnew { _ in } }

    /// A fresh state under the same address, clock and listeners, changed by `body` before anybody hears of it.
    func startAnew(_ body: (inout State) -> Void) {
        step { state in
            let address = state.world.baseAddress
            let audience = state.audience
            let offset = state.offset
            state.hub.disconnectAll(code: 4000)
            var fresh = Self.fresh(configuration, at: state.now)
            fresh.world.baseAddress = address
            fresh.audience = audience
            fresh.offset = offset
            fresh.revision = state.revision + 1
            fresh.hub.follow(state.hub)
            fresh.limiter.configuration = state.limiter.configuration
            state = fresh
            body(&state)
            state.audience.tell("reset", [:])
        }
        wakeWatchers()
    }
}
