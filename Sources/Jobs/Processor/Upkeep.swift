import Logging
import ServiceLifecycle
import Support

/// Makes scheduled and retryable jobs available in time, and ends those whose deadline has passed.
public struct JobScheduler: Service {
    /// Jobs moved in one transaction.
    static let batch = 200

    let queue: any JobQueue
    let interval: Duration
    let clock: any WallClock
    let logger: Logger
    let answer: FinalAnswer

    public init(
        queue: any JobQueue, interval: Duration = .milliseconds(500), clock: any WallClock, logger: Logger, answer: @escaping FinalAnswer
    ) {
        self.queue = queue
        self.interval = interval
        self.clock = clock
        self.logger = logger
        self.answer = answer
    }

    public func run() async {
        await cancelWhenGracefulShutdown { await repeating(every: interval, clock: clock) { await tick() } }
    }

    func tick() async {
        do {
            while try await queue.promote(at: clock.now(), limit: Self.batch) == Self.batch {}
            while try await queue.expire(at: clock.now(), limit: Self.batch, answer: answer).count == Self.batch {}
        } catch { logger.error("the scheduler failed; it will try again", metadata: ["error": "\(error)"]) }
    }
}

/// Takes back the jobs of workers that died: they become available again, or end if they have no attempts left.
public struct JobRescuer: Service {
    static let batch = 100

    let queue: any JobQueue
    let interval: Duration
    let clock: any WallClock
    let logger: Logger
    let answer: FinalAnswer

    public init(
        queue: any JobQueue, interval: Duration = .seconds(5), clock: any WallClock, logger: Logger, answer: @escaping FinalAnswer
    ) {
        self.queue = queue
        self.interval = interval
        self.clock = clock
        self.logger = logger
        self.answer = answer
    }

    public func run() async {
        await cancelWhenGracefulShutdown { await repeating(every: interval, clock: clock) { await tick() } }
    }

    func tick() async {
        do {
            var rescued: [Job]
            repeat {
                rescued = try await queue.rescue(at: clock.now(), limit: Self.batch, answer: answer)
                for job in rescued {
                    logger.notice("rescued a job from a lost worker", metadata: ["request": "\(job.requestID)", "state": "\(job.state)"])
                }
            } while rescued.count == Self.batch
        } catch { logger.error("the rescuer failed; it will try again", metadata: ["error": "\(error)"]) }
    }
}

/// Removes what retention no longer keeps, in small batches so that nobody waits for it.
public struct JobCleaner: Service {
    static let batch = 500

    let queue: any JobQueue
    let retention: JobRetention
    let interval: Duration
    let clock: any WallClock
    let logger: Logger

    public init(queue: any JobQueue, retention: JobRetention, interval: Duration = .seconds(600), clock: any WallClock, logger: Logger) {
        self.queue = queue
        self.retention = retention
        self.interval = interval
        self.clock = clock
        self.logger = logger
    }

    public func run() async {
        await cancelWhenGracefulShutdown { await repeating(every: interval, clock: clock) { await tick() } }
    }

    func tick() async {
        do {
            while try await queue.clean(keeping: retention, at: clock.now(), limit: Self.batch) >= Self.batch, !Task.isCancelled {}
        } catch { logger.error("the cleaner failed; it will try again", metadata: ["error": "\(error)"]) }
    }
}
