import Logging
import ServiceLifecycle
import Support
import Synchronization

/// Claims jobs and has them executed, some at a time, until told to shut down; then lets what runs finish, and after its
/// grace hands the rest back. One a process and set of queues.
public final class JobProcessor: Service {
    public struct Configuration: Sendable {
        /// Lines to serve: the models this process has.
        public var queues: [String]
        /// A name unique to this process, for instance host and process id.
        public var worker: String
        /// Jobs at a time.
        public var concurrency: Int
        /// How long a lease holds; renewed at a third of it.
        public var lease: Duration
        /// How often to look without being woken: other processes' jobs and cancellations are found so.
        public var pollInterval: Duration
        /// How long running jobs may go on after the shutdown has begun.
        public var grace: Duration
        /// Between attempts of one job.
        public var backoff: Backoff

        public init(
            queues: [String], worker: String, concurrency: Int = 1, lease: Duration = .seconds(30), pollInterval: Duration = .seconds(1),
            grace: Duration = .seconds(20), backoff: Backoff = Backoff(base: .seconds(2), cap: .seconds(120))
        ) {
            self.queues = queues
            self.worker = worker
            self.concurrency = concurrency
            self.lease = lease
            self.pollInterval = pollInterval
            self.grace = grace
            self.backoff = backoff
        }
    }

    private let configuration: Configuration
    private let queue: any JobQueue
    private let clock: any WallClock
    private let executor: JobExecutor
    private let logger: Logger
    private let wake = Wake()
    private let shutdown = StopSignal()
    private let running = Mutex<[RequestID: RunningJob]>([:])

    /// - Parameters:
    ///   - jitter: draws a number in 0…1.
    ///   - answer: what to tell people whose job ended other than completed.
    public init(
        queue: any JobQueue, workers: [any Worker], configuration: Configuration, clock: any WallClock,
        jitter: @escaping @Sendable () -> Double, logger: Logger, answer: @escaping FinalAnswer
    ) {
        precondition(configuration.concurrency >= 1, "a processor runs at least one job at a time")
        self.queue = queue
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        executor = JobExecutor(
            queue: queue, workers: WorkerRegistry(workers), leaseDuration: configuration.lease, backoff: configuration.backoff,
            clock: clock,
            jitter: jitter, answer: answer, logger: logger)
    }

    /// The requests being worked on here now.
    public var runningRequests: [RequestID] { running.withLock { Array($0.keys) } }

    public func run() async {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                let signals = queue.signals.listen()
                group.addTask { await self.hear(signals) }
                group.addTask { await repeating(every: self.configuration.pollInterval, clock: self.clock) { await self.poll() } }
                group.addTask { await self.endAfterGrace() }
                await self.claimAndExecute()
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            self.shutdown.stop(.shutdown)
            self.wake.finish()
        }
    }

    /// Fills free places whenever there is a reason to look; returns when all work has ended after a shutdown.
    private func claimAndExecute() async {
        await withDiscardingTaskGroup { group in
            for await _ in wake.looks {
                guard shutdown.reason == nil else { break }
                let free = configuration.concurrency - running.withLock { $0.count }
                guard free > 0 else { continue }
                for claimed in await claim(free) {
                    let job = RunningJob(claimed, queue: queue, clock: clock, logger: executor.logger, pause: executor.pause)
                    running.withLock { $0[job.job.requestID] = job }
                    group.addTask {
                        await self.executor.execute(job)
                        self.running.withLock { _ = $0.removeValue(forKey: job.job.requestID) }
                        self.wake.look()
                    }
                }
            }
        }
    }

    private func claim(_ limit: Int) async -> [ClaimedJob] {
        let claim = JobClaim(
            queues: configuration.queues, kinds: executor.workers.kinds, worker: configuration.worker, lease: configuration.lease,
            limit: limit)
        do { return try await queue.claim(claim, at: clock.now()) } catch {
            logger.error("no jobs could be claimed", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func hear(_ signals: AsyncStream<JobSignal>) async {
        for await signal in signals {
            switch signal {
            case .available(let queue): if configuration.queues.contains(queue) { wake.look() }
            case .cancelRequested(let requestID): stop(requestID)
            case .progressed, .settled, .deliveries: break
            }
        }
    }

    private func poll() async {
        wake.look()
        guard running.withLock({ !$0.isEmpty }) else { return }
        for requestID in (try? await queue.cancelRequests(worker: configuration.worker)) ?? [] { stop(requestID) }
    }

    private func stop(_ requestID: RequestID) { running.withLock { $0[requestID] }?.stopSignal.stop(.cancelled) }

    private func endAfterGrace() async {
        await shutdown.wait()
        guard !Task.isCancelled else { return }
        do { try await clock.sleep(for: configuration.grace) } catch { return }
        for job in running.withLock({ Array($0.values) }) { job.stopSignal.stop(.shutdown) }
    }
}
