import Logging
import Support
import Synchronization

/// One job being worked on in this process: what its worker sees as its context.
final class RunningJob: JobContext {
    /// Progress is written at most this often.
    static let progressInterval: Duration = .milliseconds(500)
    /// How often a record is tried while the store reports errors: what took long to make is not thrown away for a full disk.
    static let recordAttempts = 8

    let job: Job
    let stopSignal = StopSignal()
    private let queue: any JobQueue
    private let clock: any WallClock
    private let logger: Logger
    private let pause: @Sendable (Int) -> Duration

    private struct State {
        var lease: JobLease
        var progressWrittenAt: Timestamp?
    }

    private let state: Mutex<State>

    /// - Parameter pause: how long to wait after so many failed tries to write.
    init(_ claimed: ClaimedJob, queue: any JobQueue, clock: any WallClock, logger: Logger, pause: @escaping @Sendable (Int) -> Duration) {
        job = claimed.job
        self.queue = queue
        self.clock = clock
        self.logger = logger
        self.pause = pause
        state = Mutex(State(lease: claimed.lease))
    }

    var lease: JobLease {
        get { state.withLock { $0.lease } }
        set { state.withLock { $0.lease = newValue } }
    }

    var now: Timestamp { clock.now() }

    var isCancelled: Bool { stopSignal.reason != nil || Task.isCancelled }

    var isStoppedByOwner: Bool { stopSignal.reason == .cancelled }

    func report(progress: Double, preview: OutputFile?) async {
        let now = clock.now()
        let lease = state.withLock { state -> JobLease? in
            if let last = state.progressWrittenAt, now - last < Self.progressInterval, progress < 1 { return nil }
            state.progressWrittenAt = now
            return state.lease
        }
        guard let lease else { return }
        do {
            try await queue.report(progress: progress, preview: preview, under: lease, at: now)
        } catch let error as JobQueueError where error.code == .staleLease {
            stopSignal.stop(.leaseLost)
        } catch {
            // Progress is a courtesy: a full disk must not fail the work; settling will tell.
        }
    }

    func recordedOutput() async throws -> JobOutput? { try await queue.output(of: job.requestID) }

    func startingFile(named name: String) async throws -> OutputFile? {
        try await queue.startingFile(of: job.requestID, named: name)
    }

    func record(_ output: JobOutput) async throws -> JobOutput {
        var failures = 0
        while true {
            do {
                return try await queue.record(output, under: lease, at: clock.now())
            } catch let error as JobQueueError {
                guard error.code == .staleLease else { throw error }
                stopSignal.stop(.leaseLost)
                throw CancellationError()
            } catch {
                failures += 1
                if failures == 1 {
                    logger.warning(
                        "what a job made cannot be recorded; trying again",
                        metadata: ["request": "\(job.requestID)", "kind": "\(job.kind)", "error": "\(error)"])
                }
                guard failures < Self.recordAttempts else { throw error }
                try await clock.sleep(for: pause(failures))
            }
        }
    }
}
