import Discord
import DiscordModels
import Logging
import ServiceLifecycle
import Support

/// Hears of purchases from the gateway, looks through Discord's list of them at the start and every hour, and has everything that was
/// credited consumed as soon as Discord answers.
struct PurchaseService: Service, EventListener {
    let purchases: PurchaseDesk
    let clock: any WallClock
    /// A random number in 0…1.
    let jitter: @Sendable () -> Double
    let logger: Logger
    var interval: Duration = .seconds(3_600)
    /// Rings when there is something to consume.
    private let bell: AsyncStream<Void>
    private let ringer: AsyncStream<Void>.Continuation

    init(_ purchases: PurchaseDesk, clock: any WallClock, jitter: @escaping @Sendable () -> Double, logger: Logger) {
        self.purchases = purchases
        self.clock = clock
        self.jitter = jitter
        self.logger = logger
        (bell, ringer) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func hear(_ event: GatewayEvent, receivedAt: Timestamp) async throws {
        switch event {
        case .entitlementCreate(let entitlement), .entitlementUpdate(let entitlement):
            if try await purchases.take(entitlement) { ringer.yield() }
        case .entitlementDelete(var entitlement):
            entitlement.deleted = true
            try await purchases.take(entitlement)
        default: break
        }
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while true {
                        try await patiently { try await purchases.reconcile() }
                        ringer.yield()
                        try await clock.sleep(for: interval)
                    }
                }
                group.addTask {
                    for await _ in bell { try await patiently { _ = try await purchases.consume() } }
                }
                try await group.waitForAll()
            }
        }
    }

    /// Until it succeeds, with growing pauses.
    private func patiently(_ body: () async throws -> Void) async throws {
        let backoff = Backoff(base: .seconds(1), cap: .seconds(300))
        var attempt = 0
        while true {
            do { return try await body() } catch let error as CancellationError { throw error } catch {
                attempt += 1
                logger.warning("Purchases could not be settled with Discord yet", metadata: ["attempt": "\(attempt)", "error": "\(error)"])
                try await clock.sleep(for: backoff.delay(attempt: attempt, jitter: jitter()))
            }
        }
    }
}
