import Storage
import Support

/// The durable queue on the database: each call is one transaction, so that any process may die between any two.
public final class SQLJobQueue: JobQueue {
    public let signals = JobSignals()
    let database: Database
    private let limits: JobLimits

    /// - Parameter database: opened with ``schema``.
    public init(_ database: Database, limits: JobLimits = JobLimits()) {
        self.database = database
        self.limits = limits
    }

    private func write<Value: Sendable>(_ body: @escaping @Sendable (inout SQLJobStore) throws -> Value) async throws -> Value {
        let (value, sent) = try await database.write(isolation: .locking) { tx in
            var store = SQLJobStore(tx)
            let value = try body(&store)
            return (value, store.signals)
        }
        signals.send(sent)
        return value
    }

    private func read<Value: Sendable>(_ body: @escaping @Sendable (SQLJobStore) throws -> Value) async throws -> Value {
        try await database.read { try body(SQLJobStore($0)) }
    }

    /// Accepts a job within the caller's transaction, so that something else (a hold on credits) stands or falls with it.
    /// Call ``announce(_:)`` once the transaction is through.
    public func enqueue(_ job: NewJob, at now: Timestamp, in transaction: Transaction) throws -> EnqueueResult {
        var store = SQLJobStore(transaction)
        return try store.enqueue(job, limits: limits, at: now)
    }

    /// Wakes who waits for work, after ``enqueue(_:at:in:)``.
    public func announce(_ result: EnqueueResult) {
        if case .enqueued(let job) = result, job.state == .available { signals.send(.available(queue: job.queue)) }
    }

    public func enqueue(_ job: NewJob, at now: Timestamp) async throws -> EnqueueResult {
        try await write { [limits] store in try store.enqueue(job, limits: limits, at: now) }
    }

    public func cancel(_ requestID: RequestID, at now: Timestamp, answer: @escaping FinalAnswer) async throws -> CancelResult {
        try await write { try $0.cancel(requestID, at: now, answer: answer) }
    }

    public func job(_ requestID: RequestID) async throws -> Job? { try await read { try $0.job(requestID) } }

    public func jobs(of user: String, limit: Int) async throws -> [Job] { try await read { try $0.jobs(of: user, limit: limit) } }

    public func place(of requestID: RequestID) async throws -> QueuePlace? { try await read { try $0.place(of: requestID) } }

    public func output(of requestID: RequestID) async throws -> JobOutput? { try await read { try $0.output(of: requestID) } }

    public func outputFile(of requestID: RequestID, named name: String) async throws -> OutputFile? {
        try await read { try $0.outputFile(of: requestID, named: name) }
    }

    public func startingFile(of requestID: RequestID, named name: String) async throws -> OutputFile? {
        try await read { try $0.startingFile(of: requestID, named: name) }
    }

    public func preview(of requestID: RequestID) async throws -> OutputFile? { try await read { try $0.preview(of: requestID) } }

    public func recentDurations(queue: String, limit: Int) async throws -> [Duration] {
        try await read { try $0.recentDurations(queue: queue, limit: limit) }
    }

    public func depths() async throws -> [QueueDepth] { try await read { try $0.depths() } }

    public func claim(_ claim: JobClaim, at now: Timestamp) async throws -> [ClaimedJob] {
        try await write { [limits] store in try store.claim(claim, limits: limits, at: now) }
    }

    public func renew(_ lease: JobLease, for duration: Duration, at now: Timestamp) async throws -> RenewedLease {
        try await write { try $0.renew(lease, for: duration, at: now) }
    }

    public func report(progress: Double, preview: OutputFile?, under lease: JobLease, at now: Timestamp) async throws {
        try await write { try $0.report(progress: progress, preview: preview, under: lease) }
    }

    public func cancelRequests(worker: String) async throws -> [RequestID] { try await read { try $0.cancelRequests(worker: worker) } }

    public func record(_ output: JobOutput, under lease: JobLease, at now: Timestamp) async throws -> JobOutput {
        try await write { try $0.record(output, under: lease, at: now) }
    }

    public func settle(
        _ lease: JobLease, as outcome: JobOutcome, at now: Timestamp, answer: @escaping FinalAnswer
    ) async throws -> Job { try await write { try $0.settle(lease, as: outcome, at: now, answer: answer) } }

    public func promote(at now: Timestamp, limit: Int) async throws -> Int { try await write { try $0.promote(at: now, limit: limit) } }

    public func rescue(at now: Timestamp, limit: Int, answer: @escaping FinalAnswer) async throws -> [Job] {
        try await write { try $0.rescue(at: now, limit: limit, answer: answer) }
    }

    public func expire(at now: Timestamp, limit: Int, answer: @escaping FinalAnswer) async throws -> [Job] {
        try await write { try $0.expire(at: now, limit: limit, answer: answer) }
    }

    public func clean(keeping retention: JobRetention, at now: Timestamp, limit: Int) async throws -> Int {
        try await write { try $0.clean(keeping: retention, at: now, limit: limit) }
    }

    public func erase(_ requestIDs: [RequestID]) async throws -> [RequestID] { try await write { try $0.erase(requestIDs) } }

    public func deliver(_ deliveries: [NewDelivery], at now: Timestamp) async throws -> Int {
        try await write { try $0.deliver(deliveries, at: now) }
    }

    public func claimDeliveries(worker: String, lease: Duration, limit: Int, at now: Timestamp) async throws -> [ClaimedDelivery] {
        try await write { try $0.claimDeliveries(worker: worker, lease: lease, limit: limit, at: now) }
    }

    public func renewDelivery(_ lease: DeliveryLease, for duration: Duration, at now: Timestamp) async throws -> DeliveryLease {
        try await write { try $0.renewDelivery(lease, for: duration, at: now) }
    }

    public func markDelivered(_ lease: DeliveryLease, receipt: String?, at now: Timestamp) async throws {
        try await write { try $0.markDelivered(lease, receipt: receipt, at: now) }
    }

    public func retryDelivery(_ lease: DeliveryLease, at nextAttempt: Timestamp, reason: String, now: Timestamp) async throws {
        try await write { try $0.retryDelivery(lease, at: nextAttempt, reason: reason, now: now) }
    }

    public func abandonDelivery(_ lease: DeliveryLease, reason: String, at now: Timestamp) async throws {
        try await write { try $0.abandonDelivery(lease, reason: reason, at: now) }
    }

    public func deliveries(of requestID: RequestID) async throws -> [Delivery] { try await read { try $0.deliveries(of: requestID) } }

    public func nextDeliveryAt() async throws -> Timestamp? { try await read { try $0.nextDeliveryAt() } }
}
