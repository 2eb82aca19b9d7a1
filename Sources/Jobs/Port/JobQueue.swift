import Support

/// The durable queue: every accepted request becomes one job here and ends here, with its answer in the outbox.
///
/// The port. Features enqueues, cancels and asks; `JobProcessor` claims and settles; drivers are ``MemoryJobQueue`` and
/// ``SQLJobQueue``. Every step may be repeated under its request id or lease without harm. A driver knows no clock: the
/// caller says what time it is.
public protocol JobQueue: Sendable {
    /// Told at once what happens through this value; other processes' doings are found by polling.
    var signals: JobSignals { get }

    // MARK: Asking

    /// Accepts a job, once for each request id.
    func enqueue(_ job: NewJob, at now: Timestamp) async throws -> EnqueueResult
    /// Ends a waiting job, or asks the worker of a running one to stop. `answer` is called if it ends here and now.
    func cancel(_ requestID: RequestID, at now: Timestamp, answer: @escaping FinalAnswer) async throws -> CancelResult
    func job(_ requestID: RequestID) async throws -> Job?
    /// All that is kept of a user's jobs, ended ones too, newest first.
    func jobs(of user: String, limit: Int) async throws -> [Job]
    /// Where the request stands; nil if there is no such job.
    func place(of requestID: RequestID) async throws -> QueuePlace?
    /// What was recorded, years later too, as far as retention goes.
    func output(of requestID: RequestID) async throws -> JobOutput?
    /// One file of it, without loading the others.
    func outputFile(of requestID: RequestID, named name: String) async throws -> OutputFile?
    /// One of the files that the job starts from; nil once they are no longer kept.
    func startingFile(of requestID: RequestID, named name: String) async throws -> OutputFile?
    /// What there is to see of a running job so far. Not checked by anybody.
    func preview(of requestID: RequestID) async throws -> OutputFile?
    /// What one unit took in the latest completed jobs of a queue, newest first.
    func recentDurations(queue: String, limit: Int) async throws -> [Duration]
    func depths() async throws -> [QueueDepth]

    // MARK: Working

    /// Takes the next jobs in the fair order, each under a new lease.
    func claim(_ claim: JobClaim, at now: Timestamp) async throws -> [ClaimedJob]
    /// Extends a lease, counted from now, and tells whether the owner wants the job to stop.
    func renew(_ lease: JobLease, for duration: Duration, at now: Timestamp) async throws -> RenewedLease
    /// Notes how far the attempt is, 0…1, which never goes back, and what there is to see of it: at most
    /// ``JobPayload/limit`` bytes, gone when the attempt ends.
    func report(progress: Double, preview: OutputFile?, under lease: JobLease, at now: Timestamp) async throws
    /// Of the jobs this worker runs, those whose owners want them to stop.
    func cancelRequests(worker: String) async throws -> [RequestID]
    /// Records what the job produced. The first record wins and is returned: a repeat changes nothing.
    func record(_ output: JobOutput, under lease: JobLease, at now: Timestamp) async throws -> JobOutput
    /// Ends an attempt. If the job has thereby ended, `answer` composes its deliveries, written in the same transaction.
    /// A failure, snooze or hand-back of a job whose owner asked it to stop ends it as cancelled.
    /// - Returns: the job as it is now.
    func settle(_ lease: JobLease, as outcome: JobOutcome, at now: Timestamp, answer: @escaping FinalAnswer) async throws -> Job

    // MARK: Upkeep (each call is one bounded batch)

    /// Scheduler: makes scheduled and retryable jobs available whose moment has come. Returns how many.
    func promote(at now: Timestamp, limit: Int) async throws -> Int
    /// Rescuer: takes lost leases back. Such jobs become available again, or end if they have no attempts left.
    func rescue(at now: Timestamp, limit: Int, answer: @escaping FinalAnswer) async throws -> [Job]
    /// Ends waiting jobs whose deadline has passed.
    func expire(at now: Timestamp, limit: Int, answer: @escaping FinalAnswer) async throws -> [Job]
    /// Cleaner: removes what retention no longer keeps. Returns how many rows went.
    func clean(keeping retention: JobRetention, at now: Timestamp, limit: Int) async throws -> Int
    /// Removes all that is kept of ended jobs because somebody wants it gone: arguments, files, outputs, deliveries.
    /// Jobs that have not ended, or whose answer is still on its way, stay. Returns those that are gone.
    func erase(_ requestIDs: [RequestID]) async throws -> [RequestID]

    // MARK: Outbox

    /// Writes deliveries that belong to no ending job, for instance a refusal. Those already there (same request, kind and
    /// sequence) are left alone. Returns how many are new.
    func deliver(_ deliveries: [NewDelivery], at now: Timestamp) async throws -> Int
    /// Takes the next due deliveries, at most one for each request, in order; lost leases are taken over.
    func claimDeliveries(worker: String, lease: Duration, limit: Int, at now: Timestamp) async throws -> [ClaimedDelivery]
    func renewDelivery(_ lease: DeliveryLease, for duration: Duration, at now: Timestamp) async throws -> DeliveryLease
    func markDelivered(_ lease: DeliveryLease, receipt: String?, at now: Timestamp) async throws
    func retryDelivery(_ lease: DeliveryLease, at nextAttempt: Timestamp, reason: String, now: Timestamp) async throws
    func abandonDelivery(_ lease: DeliveryLease, reason: String, at now: Timestamp) async throws
    /// All deliveries of a request, in order.
    func deliveries(of requestID: RequestID) async throws -> [Delivery]
    /// The earliest moment a waiting delivery is due or a lease on one runs out; nil if none is open.
    func nextDeliveryAt() async throws -> Timestamp?
}

extension JobQueue {
    public func report(progress: Double, under lease: JobLease, at now: Timestamp) async throws {
        try await report(progress: progress, preview: nil, under: lease, at: now)
    }

    /// Whether a request ended without what was asked for: it was given up, or its answer found no way to anybody.
    public func hasFailed(_ job: Job) async throws -> Bool {
        switch job.state {
        case .discarded: true
        case .completed: try await deliveries(of: job.requestID).contains { $0.kind == .final && $0.state == .abandoned }
        default: false
        }
    }

    /// Whether nothing more is to be shown of a request before its answer: its job has ended, is gone, or cannot be read.
    public func isOver(_ requestID: RequestID) async -> Bool {
        guard let job = try? await job(requestID) else { return true }
        return job.state.isFinal
    }
}
