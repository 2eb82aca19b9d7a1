import Logging
import ServiceLifecycle
import Support
import Synchronization

/// Says what is in the outbox. Written by Features; it may be called again for the same delivery (the process died after
/// saying it and before noting so), so it must be repeatable: a nonce, an edit.
public protocol Deliverer: Sendable {
    /// - Returns: how it went.
    /// - Throws: any error means: try again later.
    func deliver(_ delivery: Delivery) async throws -> DeliveryOutcome
}

/// What came of one try to deliver.
public enum DeliveryOutcome: Sendable, Hashable {
    /// Said. The receipt, for instance the message's id, is kept.
    case delivered(receipt: String?)
    /// Not now; try again after this span.
    case retry(after: Duration, reason: String)
    /// Never: the channel is gone, say.
    case abandoned(reason: String)
}

/// Claims deliveries and hands them to a ``Deliverer`` until told to shut down. Retries with backoff, gives up in the end.
public final class DeliveryProcessor: Service {
    public struct Configuration: Sendable {
        /// A name unique to this process.
        public var worker: String
        public var concurrency: Int
        /// How long a lease holds; renewed at a third of it.
        public var lease: Duration
        public var pollInterval: Duration
        public var backoff: Backoff
        /// A delivery older than this that fails once more is abandoned.
        public var giveUpAfter: Duration

        public init(
            worker: String, concurrency: Int = 8, lease: Duration = .seconds(60), pollInterval: Duration = .milliseconds(500),
            backoff: Backoff = Backoff(base: .seconds(1), cap: .seconds(30)), giveUpAfter: Duration = .seconds(86_400)
        ) {
            self.worker = worker
            self.concurrency = concurrency
            self.lease = lease
            self.pollInterval = pollInterval
            self.backoff = backoff
            self.giveUpAfter = giveUpAfter
        }
    }

    private let configuration: Configuration
    private let queue: any JobQueue
    private let deliverer: any Deliverer
    private let clock: any WallClock
    private let jitter: @Sendable () -> Double
    private let logger: Logger
    private let wake = Wake()
    private let stopped = StopSignal()
    private let underWay = Mutex(0)

    public init(
        queue: any JobQueue, deliverer: any Deliverer, configuration: Configuration, clock: any WallClock,
        jitter: @escaping @Sendable () -> Double, logger: Logger
    ) {
        precondition(configuration.concurrency >= 1, "a delivery processor says at least one thing at a time")
        self.queue = queue
        self.deliverer = deliverer
        self.configuration = configuration
        self.clock = clock
        self.jitter = jitter
        self.logger = logger
    }

    public func run() async {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                let signals = queue.signals.listen()
                group.addTask { for await signal in signals where signal == .deliveries { self.wake.look() } }
                group.addTask { await repeating(every: self.configuration.pollInterval, clock: self.clock) { self.wake.look() } }
                await self.claimAndDeliver()
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            self.stopped.stop(.shutdown)
            self.wake.finish()
        }
    }

    private func claimAndDeliver() async {
        await withDiscardingTaskGroup { group in
            for await _ in wake.looks {
                guard stopped.reason == nil else { break }
                let free = configuration.concurrency - underWay.withLock { $0 }
                guard free > 0 else { continue }
                for claimed in await claim(free) {
                    underWay.withLock { $0 += 1 }
                    group.addTask {
                        await self.deliver(claimed)
                        self.underWay.withLock { $0 -= 1 }
                        self.wake.look()
                    }
                }
            }
        }
    }

    private func claim(_ limit: Int) async -> [ClaimedDelivery] {
        do {
            return try await queue.claimDeliveries(
                worker: configuration.worker, lease: configuration.lease, limit: limit, at: clock.now())
        } catch {
            logger.error("no deliveries could be claimed", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func deliver(_ claimed: ClaimedDelivery) async {
        let delivery = claimed.delivery
        let held = HeldLease(claimed.lease)
        let begin = clock.now()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    do { try await self.clock.sleep(for: self.configuration.lease / 3) } catch { return }
                    do {
                        let renewed = try await self.queue.renewDelivery(
                            held.lease.withLock { $0 }, for: self.configuration.lease, at: self.clock.now())
                        held.lease.withLock { $0 = renewed }
                    } catch is JobQueueError { return } catch {}
                }
            }
            var outcome: DeliveryOutcome
            do { outcome = try await deliverer.deliver(delivery) } catch {
                outcome = .retry(after: configuration.backoff.delay(attempt: delivery.attempt, jitter: jitter()), reason: "\(error)")
            }
            if case .retry(_, let reason) = outcome, clock.now() - delivery.createdAt >= configuration.giveUpAfter {
                outcome = .abandoned(reason: "gave up after \(delivery.attempt) tries: \(reason)")
            }
            RequestTrace.said(delivery, as: outcome, from: begin, to: clock.now())
            await close(delivery, held.lease.withLock { $0 }, outcome)
            group.cancelAll()
        }
    }

    /// Notes the outcome. If that fails, the lease runs out and the delivery is repeated, which does no harm.
    private func close(_ delivery: Delivery, _ lease: DeliveryLease, _ outcome: DeliveryOutcome) async {
        let now = clock.now()
        JobMetrics.delivered(delivery, as: outcome, at: now)
        do {
            switch outcome {
            case .delivered(let receipt): try await queue.markDelivered(lease, receipt: receipt, at: now)
            case .retry(let span, let reason): try await queue.retryDelivery(lease, at: now + span, reason: reason, now: now)
            case .abandoned(let reason):
                try await queue.abandonDelivery(lease, reason: reason, at: now)
                logger.error(
                    "a delivery was abandoned",
                    metadata: ["request": "\(delivery.requestID)", "attempt": "\(delivery.attempt)", "reason": "\(reason)"])
            }
        } catch {
            logger.warning(
                "the outcome of a delivery could not be written", metadata: ["request": "\(delivery.requestID)", "error": "\(error)"])
        }
    }
}

/// The lease as renewed last.
private final class HeldLease: Sendable {
    let lease: Mutex<DeliveryLease>

    init(_ lease: DeliveryLease) { self.lease = Mutex(lease) }
}
