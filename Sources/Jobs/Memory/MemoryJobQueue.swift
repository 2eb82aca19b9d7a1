import Support
import Synchronization

/// The queue in this process's memory: for trying things out and for tests. What is accepted dies with the process.
public final class MemoryJobQueue: JobQueue {
    public let signals = JobSignals()
    private let limits: JobLimits
    private let store = Mutex(MemoryJobStore())

    public init(limits: JobLimits = JobLimits()) { self.limits = limits }

    private func write<Value: Sendable>(_ body: (inout MemoryJobStore) throws -> Value) rethrows -> Value {
        let (value, sent) = try store.withLock { store in
            defer { store.signals = [] }
            let value = try body(&store)
            return (value, store.signals)
        }
        signals.send(sent)
        return value
    }

    private func read<Value: Sendable>(_ body: (MemoryJobStore) throws -> Value) rethrows -> Value { try store.withLock { try body($0) } }

    public func enqueue(_ job: NewJob, at now: Timestamp) async throws -> EnqueueResult {
        try write { try $0.enqueue(job, limits: limits, at: now) }
    }

    public func cancel(_ requestID: RequestID, at now: Timestamp, answer: @escaping FinalAnswer) async throws -> CancelResult {
        try write { try $0.cancel(requestID, at: now, answer: answer) }
    }

    public func job(_ requestID: RequestID) async -> Job? { read { $0.job(requestID) } }

    public func jobs(of user: String, limit: Int) async -> [Job] { read { $0.jobs(of: user, limit: limit) } }

    public func place(of requestID: RequestID) async throws -> QueuePlace? { try read { try $0.place(of: requestID) } }

    public func output(of requestID: RequestID) async -> JobOutput? { read { $0.output(of: requestID) } }

    public func outputFile(of requestID: RequestID, named name: String) async -> OutputFile? {
        read { $0.output(of: requestID)?.files.first { $0.name == name } }
    }

    public func startingFile(of requestID: RequestID, named name: String) async -> OutputFile? {
        read { $0.startingFile(of: requestID, named: name) }
    }

    public func preview(of requestID: RequestID) async -> OutputFile? { read { $0.preview(of: requestID) } }

    public func recentDurations(queue: String, limit: Int) async -> [Duration] { read { $0.recentDurations(queue: queue, limit: limit) } }

    public func depths() async -> [QueueDepth] { read { $0.depths() } }

    public func claim(_ claim: JobClaim, at now: Timestamp) async throws -> [ClaimedJob] {
        try write { try $0.claim(claim, limits: limits, at: now) }
    }

    public func renew(_ lease: JobLease, for duration: Duration, at now: Timestamp) async throws -> RenewedLease {
        try write { try $0.renew(lease, for: duration, at: now) }
    }

    public func report(progress: Double, preview: OutputFile?, under lease: JobLease, at now: Timestamp) async throws {
        try write { try $0.report(progress: progress, preview: preview, under: lease) }
    }

    public func cancelRequests(worker: String) async -> [RequestID] { read { $0.cancelRequests(worker: worker) } }

    public func record(_ output: JobOutput, under lease: JobLease, at now: Timestamp) async throws -> JobOutput {
        try write { try $0.record(output, under: lease, at: now) }
    }

    public func settle(
        _ lease: JobLease, as outcome: JobOutcome, at now: Timestamp, answer: @escaping FinalAnswer
    ) async throws -> Job { try write { try $0.settle(lease, as: outcome, at: now, answer: answer) } }

    public func promote(at now: Timestamp, limit: Int) async throws -> Int { try write { try $0.promote(at: now, limit: limit) } }

    public func rescue(at now: Timestamp, limit: Int, answer: @escaping FinalAnswer) async throws -> [Job] {
        try write { try $0.rescue(at: now, limit: limit, answer: answer) }
    }

    public func expire(at now: Timestamp, limit: Int, answer: @escaping FinalAnswer) async throws -> [Job] {
        try write { try $0.expire(at: now, limit: limit, answer: answer) }
    }

    public func clean(keeping retention: JobRetention, at now: Timestamp, limit: Int) async -> Int {
        write { $0.clean(keeping: retention, at: now, limit: limit) }
    }

    public func erase(_ requestIDs: [RequestID]) async throws -> [RequestID] { try write { try $0.erase(requestIDs) } }

    public func deliver(_ deliveries: [NewDelivery], at now: Timestamp) async throws -> Int {
        try write { try $0.deliver(deliveries, at: now) }
    }

    public func claimDeliveries(worker: String, lease: Duration, limit: Int, at now: Timestamp) async throws -> [ClaimedDelivery] {
        try write { try $0.claimDeliveries(worker: worker, lease: lease, limit: limit, at: now) }
    }

    public func renewDelivery(_ lease: DeliveryLease, for duration: Duration, at now: Timestamp) async throws -> DeliveryLease {
        try write { try $0.renewDelivery(lease, for: duration, at: now) }
    }

    public func markDelivered(_ lease: DeliveryLease, receipt: String?, at now: Timestamp) async throws {
        try write { try $0.markDelivered(lease, receipt: receipt, at: now) }
    }

    public func retryDelivery(_ lease: DeliveryLease, at nextAttempt: Timestamp, reason: String, now: Timestamp) async throws {
        try write { try $0.retryDelivery(lease, at: nextAttempt, reason: reason, now: now) }
    }

    public func abandonDelivery(_ lease: DeliveryLease, reason: String, at now: Timestamp) async throws {
        try write { try $0.abandonDelivery(lease, reason: reason, at: now) }
    }

    public func deliveries(of requestID: RequestID) async -> [Delivery] { read { $0.deliveries(of: requestID) } }

    public func nextDeliveryAt() async -> Timestamp? { read { $0.nextDeliveryAt() } }
}
