import Jobs
import Support

/// A queue elsewhere, before which whoever enqueues stands still for a while: what happens meanwhile is given.
struct InterruptedQueue: JobQueue {
    let queue = MemoryJobQueue()
    let beforeEnqueueing: @Sendable () async throws -> Void

    var signals: JobSignals { queue.signals }

    func enqueue(_ job: NewJob, at now: Timestamp) async throws -> EnqueueResult {
        try await beforeEnqueueing()
        return try await queue.enqueue(job, at: now)
    }

    func cancel(_ requestID: RequestID, at now: Timestamp, answer: @escaping FinalAnswer) async throws -> CancelResult {
        try await queue.cancel(requestID, at: now, answer: answer)
    }
    func job(_ requestID: RequestID) async throws -> Job? { await queue.job(requestID) }
    func jobs(of user: String, limit: Int) async throws -> [Job] { await queue.jobs(of: user, limit: limit) }
    func place(of requestID: RequestID) async throws -> QueuePlace? { try await queue.place(of: requestID) }
    func output(of requestID: RequestID) async throws -> JobOutput? { await queue.output(of: requestID) }
    func outputFile(of requestID: RequestID, named name: String) async throws -> OutputFile? {
        await queue.outputFile(of: requestID, named: name)
    }
    func startingFile(of requestID: RequestID, named name: String) async throws -> OutputFile? {
        await queue.startingFile(of: requestID, named: name)
    }
    func preview(of requestID: RequestID) async throws -> OutputFile? { await queue.preview(of: requestID) }
    func recentDurations(queue name: String, limit: Int) async throws -> [Duration] {
        await queue.recentDurations(queue: name, limit: limit)
    }
    func depths() async throws -> [QueueDepth] { await queue.depths() }
    func claim(_ claim: JobClaim, at now: Timestamp) async throws -> [ClaimedJob] { try await queue.claim(claim, at: now) }
    func renew(_ lease: JobLease, for duration: Duration, at now: Timestamp) async throws -> RenewedLease {
        try await queue.renew(lease, for: duration, at: now)
    }
    func report(progress: Double, preview: OutputFile?, under lease: JobLease, at now: Timestamp) async throws {
        try await queue.report(progress: progress, preview: preview, under: lease, at: now)
    }
    func cancelRequests(worker: String) async throws -> [RequestID] { await queue.cancelRequests(worker: worker) }
    func record(_ output: JobOutput, under lease: JobLease, at now: Timestamp) async throws -> JobOutput {
        try await queue.record(output, under: lease, at: now)
    }
    func settle(_ lease: JobLease, as outcome: JobOutcome, at now: Timestamp, answer: @escaping FinalAnswer) async throws -> Job {
        try await queue.settle(lease, as: outcome, at: now, answer: answer)
    }
    func promote(at now: Timestamp, limit: Int) async throws -> Int { try await queue.promote(at: now, limit: limit) }
    func rescue(at now: Timestamp, limit: Int, answer: @escaping FinalAnswer) async throws -> [Job] {
        try await queue.rescue(at: now, limit: limit, answer: answer)
    }
    func expire(at now: Timestamp, limit: Int, answer: @escaping FinalAnswer) async throws -> [Job] {
        try await queue.expire(at: now, limit: limit, answer: answer)
    }
    func clean(keeping retention: JobRetention, at now: Timestamp, limit: Int) async throws -> Int {
        await queue.clean(keeping: retention, at: now, limit: limit)
    }
    func erase(_ requestIDs: [RequestID]) async throws -> [RequestID] { try await queue.erase(requestIDs) }
    func deliver(_ deliveries: [NewDelivery], at now: Timestamp) async throws -> Int { try await queue.deliver(deliveries, at: now) }
    func claimDeliveries(worker: String, lease: Duration, limit: Int, at now: Timestamp) async throws -> [ClaimedDelivery] {
        try await queue.claimDeliveries(worker: worker, lease: lease, limit: limit, at: now)
    }
    func renewDelivery(_ lease: DeliveryLease, for duration: Duration, at now: Timestamp) async throws -> DeliveryLease {
        try await queue.renewDelivery(lease, for: duration, at: now)
    }
    func markDelivered(_ lease: DeliveryLease, receipt: String?, at now: Timestamp) async throws {
        try await queue.markDelivered(lease, receipt: receipt, at: now)
    }
    func retryDelivery(_ lease: DeliveryLease, at nextAttempt: Timestamp, reason: String, now: Timestamp) async throws {
        try await queue.retryDelivery(lease, at: nextAttempt, reason: reason, now: now)
    }
    func abandonDelivery(_ lease: DeliveryLease, reason: String, at now: Timestamp) async throws {
        try await queue.abandonDelivery(lease, reason: reason, at: now)
    }
    func deliveries(of requestID: RequestID) async throws -> [Delivery] { await queue.deliveries(of: requestID) }
    func nextDeliveryAt() async throws -> Timestamp? { await queue.nextDeliveryAt() }
}
