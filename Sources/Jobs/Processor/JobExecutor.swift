import Logging
import Support

/// Runs one claimed job to the end of its attempt: finds its worker, keeps its lease, passes on the wish to stop, turns
/// what happened into an outcome and settles it. Claims nothing; that is ``JobProcessor``.
struct JobExecutor: Sendable {
    /// A job of a kind nobody here knows waits this long before somebody else may look at it.
    static let unknownKindDelay: Duration = .seconds(15)
    /// How often settling is tried while the store reports errors.
    static let settleAttempts = RunningJob.recordAttempts

    let queue: any JobQueue
    let workers: WorkerRegistry
    let leaseDuration: Duration
    let backoff: Backoff
    let clock: any WallClock
    let jitter: @Sendable () -> Double
    let answer: FinalAnswer
    let logger: Logger

    /// How long to wait before the next try after so many failed ones.
    @Sendable func pause(_ failures: Int) -> Duration { backoff.delay(attempt: failures, jitter: jitter()) }

    func execute(_ running: RunningJob) async {
        var logger = logger
        logger[metadataKey: "request"] = "\(running.job.requestID)"
        logger[metadataKey: "kind"] = "\(running.job.kind)"
        await withTaskGroup(of: Void.self) { [logger] group in
            group.addTask { await keepLease(running, logger) }
            group.addTask { await watchDeadline(running) }
            let begin = clock.now()
            JobMetrics.begins(running.job, at: begin)
            let (outcome, deliveries) = await attempt(running, logger)
            let end = clock.now()
            JobMetrics.attempted(running.job, as: outcome, in: end - begin)
            RequestTrace.attempted(running.job, as: JobMetrics.word(outcome), from: begin, to: end)
            if let outcome { await settle(running, as: outcome, deliveries: deliveries, logger) }
            group.cancelAll()
        }
    }

    /// Lets the worker work until it ends, or until it has heard that it must stop and has ended.
    private func attempt(_ running: RunningJob, _ logger: Logger) async -> (JobOutcome?, [NewDelivery]) {
        guard let worker = workers[running.job.kind] else {
            logger.warning("no worker here for this kind of job; leaving it for others")
            return (.snoozed(until: clock.now() + Self.unknownKindDelay), [])
        }
        let result = await withTaskGroup(of: Result<WorkResult, any Error>?.self) { group in
            group.addTask {
                do { return .success(try await worker.work(running.job, running)) } catch { return .failure(error) }
            }
            group.addTask {
                await running.stopSignal.wait()
                return nil
            }
            var result: Result<WorkResult, any Error> = .failure(CancellationError())
            for await event in group {
                group.cancelAll()
                if let event { result = event }
            }
            return result
        }
        return outcome(of: result, running, logger)
    }

    private func outcome(
        of result: Result<WorkResult, any Error>, _ running: RunningJob, _ logger: Logger
    ) -> (JobOutcome?, [NewDelivery]) {
        let now = clock.now()
        let reason = running.stopSignal.reason
        if reason == .leaseLost {
            logger.notice("the lease was lost; this attempt's work is dropped")
            return (nil, [])
        }
        switch result {
        case .success(.completed(let deliveries)): return (.completed, deliveries)
        case .success(.snoozed(let span)): return (.snoozed(until: now + span), [])
        case .failure(let error):
            switch reason {
            case .cancelled: return (.cancelled, [])
            case .deadline: return (.failed(.deadlinePassed, retryAt: nil), [])
            case .shutdown: return (.handedBack, [])
            case .leaseLost, nil: break
            }
            if error is CancellationError, Task.isCancelled { return (.handedBack, []) }
            let outcome = failure(error, attempt: running.job.attempt, now)
            logger.warning("the attempt failed", metadata: ["attempt": "\(running.job.attempt)", "error": "\(error)"])
            return (outcome, [])
        }
    }

    private func failure(_ error: any Error, attempt: Int, _ now: Timestamp) -> JobOutcome {
        let retryAt = now + pause(attempt)
        guard let known = error as? WorkFailure else {
            let userMessage = (error as? any UserFacingError)?.userMessage
            return .failed(JobFailure(code: "\(type(of: error))", message: "\(error)", userMessage: userMessage), retryAt: retryAt)
        }
        switch known.retry {
        case .never: return .failed(known.failure, retryAt: nil)
        case .backoff: return .failed(known.failure, retryAt: retryAt)
        case .after(let span): return .failed(known.failure, retryAt: now + span)
        }
    }

    /// Settles, again and again while the store reports errors (a full disk, say); if it never works, the rescuer takes over.
    private func settle(_ running: RunningJob, as outcome: JobOutcome, deliveries: [NewDelivery], _ logger: Logger) async {
        let answer = answer
        for attempt in 1...Self.settleAttempts {
            do {
                let job = try await queue.settle(running.lease, as: outcome, at: clock.now()) { job in
                    job.state == .completed ? deliveries : answer(job)
                }
                logger.debug("the attempt ended", metadata: ["state": "\(job.state)", "attempt": "\(job.attempt)"])
                return
            } catch let error as JobQueueError {
                logger.warning("the queue refused the outcome", metadata: ["error": "\(error)"])
                if error.code == .invalidDelivery, case .completed = outcome {
                    // The worker composed what cannot be delivered; asking it again would give the same.
                    let failure = JobFailure(code: error.code.rawValue, message: error.message)
                    return await settle(running, as: .failed(failure, retryAt: nil), deliveries: [], logger)
                }
                return
            } catch {
                logger.error("the outcome could not be written", metadata: ["error": "\(error)", "try": "\(attempt)"])
                do { try await clock.sleep(for: pause(attempt)) } catch { return }
            }
        }
    }

    /// Renews the lease until the attempt ends or the queue says that somebody else has the job. While the queue cannot be reached
    /// the work goes on: whoever might take the job over cannot reach it either, and the fence refuses what comes too late.
    private func keepLease(_ running: RunningJob, _ logger: Logger) async {
        var pause = leaseDuration / 3
        while !Task.isCancelled {
            do { try await clock.sleep(for: pause) } catch { return }
            do {
                let renewed = try await queue.renew(running.lease, for: leaseDuration, at: clock.now())
                running.lease = renewed.lease
                pause = leaseDuration / 3
                if renewed.cancelRequested { running.stopSignal.stop(.cancelled) }
            } catch let error as JobQueueError where error.code == .staleLease {
                return running.stopSignal.stop(.leaseLost)
            } catch {
                logger.warning("the lease could not be renewed", metadata: ["error": "\(error)"])
                pause = min(leaseDuration / 15, .seconds(1))
            }
        }
    }

    private func watchDeadline(_ running: RunningJob) async {
        guard let deadline = running.job.deadline else { return }
        do { try await clock.sleep(until: deadline) } catch { return }
        running.stopSignal.stop(.deadline)
    }
}

/// Which worker does which kind of job.
public struct WorkerRegistry: Sendable {
    private var workers: [String: any Worker] = [:]

    /// Two workers of one kind are a mistake of the program.
    public init(_ workers: [any Worker]) {
        for worker in workers {
            let kind = type(of: worker).kind
            precondition(self.workers[kind] == nil, "two workers for jobs of the kind \(kind)")
            for version in 1...type(of: worker).version { self.workers[JobKind(kind, version: version).description] = worker }
        }
    }

    /// As they are kept: each in all versions that are read here.
    var kinds: [String] { workers.keys.sorted() }

    subscript(kind: String) -> (any Worker)? { workers[kind] }
}
