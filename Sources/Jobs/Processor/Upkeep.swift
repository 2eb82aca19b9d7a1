import Logging
import ServiceLifecycle
import Support
import Synchronization

/// What keeps a queue tidy without anybody asking, again and again: each tick works off what has become due, in bounded
/// batches, so that nobody waits for it.
public struct UpkeepService: Service {
    let name: String
    let interval: Duration
    let clock: any WallClock
    let logger: Logger
    let work: @Sendable (Timestamp) async throws -> Bool

    /// - Parameters:
    ///   - name: for the log, as in "the scheduler failed".
    ///   - work: does one batch at that moment; true if there may be more at once.
    init(
        _ name: String, every interval: Duration, clock: any WallClock, logger: Logger,
        work: @escaping @Sendable (Timestamp) async throws -> Bool
    ) {
        self.name = name
        self.interval = interval
        self.clock = clock
        self.logger = logger
        self.work = work
    }

    public func run() async {
        await cancelWhenGracefulShutdown { await repeating(every: interval, clock: clock) { await tick() } }
    }

    func tick() async {
        do { while try await work(clock.now()), !Task.isCancelled {} } catch {
            logger.error("the \(name) failed; it will try again", metadata: ["error": "\(error)"])
        }
    }
}

extension UpkeepService {
    /// Makes scheduled and retryable jobs available in time, and ends those whose deadline has passed.
    public static func scheduler(
        _ queue: any JobQueue, every interval: Duration = .milliseconds(500), clock: any WallClock, logger: Logger,
        answer: @escaping FinalAnswer
    ) -> UpkeepService {
        let batch = 200
        return UpkeepService("scheduler", every: interval, clock: clock, logger: logger) { now in
            let promoted = try await queue.promote(at: now, limit: batch)
            let expired = try await queue.expire(at: now, limit: batch, answer: answer).count
            return max(promoted, expired) == batch
        }
    }

    /// Takes back the jobs of workers that died: they become available again, or end if they have no attempts left.
    /// - Parameter interval: a third of a lease, as workers renew theirs.
    public static func rescuer(
        _ queue: any JobQueue, every interval: Duration = .seconds(5), clock: any WallClock, logger: Logger,
        answer: @escaping FinalAnswer
    ) -> UpkeepService {
        let batch = 100
        let watch = Mutex(OutageWatch(interval: interval))
        return UpkeepService("rescuer", every: interval, clock: clock, logger: logger) { now in
            let rescued = try await queue.rescue(at: watch.withLock { $0.moment(at: now) }, limit: batch, answer: answer)
            watch.withLock { $0.reached(at: clock.now()) }
            for job in rescued {
                logger.notice("rescued a job from a lost worker", metadata: ["request": "\(job.requestID)", "state": "\(job.state)"])
            }
            return rescued.count == batch
        }
    }

    /// Removes what retention no longer keeps.
    public static func cleaner(
        _ queue: any JobQueue, keeping retention: JobRetention, every interval: Duration = .seconds(600), clock: any WallClock,
        logger: Logger
    ) -> UpkeepService {
        let batch = 500
        return UpkeepService("cleaner", every: interval, clock: clock, logger: logger) { now in
            try await queue.clean(keeping: retention, at: now, limit: batch) >= batch
        }
    }
}
