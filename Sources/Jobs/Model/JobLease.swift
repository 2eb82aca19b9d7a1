import Support

/// The right of one worker to work on one job until a moment, proved by the fence.
///
/// Whoever claims the job later has a higher fence; writes under this one are then refused with ``JobQueueError/Code/staleLease``.
public struct JobLease: Sendable, Hashable {
    public let requestID: RequestID
    public let fence: Int64
    public let worker: String
    public let expiresAt: Timestamp

    public init(requestID: RequestID, fence: Int64, worker: String, expiresAt: Timestamp) {
        self.requestID = requestID
        self.fence = fence
        self.worker = worker
        self.expiresAt = expiresAt
    }
}

/// A job together with the lease it was claimed under.
public struct ClaimedJob: Sendable, Hashable {
    public let job: Job
    public let lease: JobLease
}

/// What renewing a lease tells its holder.
public struct RenewedLease: Sendable, Hashable {
    public let lease: JobLease
    /// The owner wants the job to stop.
    public let cancelRequested: Bool
}

/// Who claims what.
public struct JobClaim: Sendable, Hashable {
    /// Lines to claim from.
    public var queues: [String]
    /// Kinds to claim, as ``JobKind`` writes them: others are left as they are for those who know them. Nil is all.
    public var kinds: [String]?
    /// A name unique to the claiming process.
    public var worker: String
    /// How long the lease holds without being renewed.
    public var lease: Duration
    /// At most this many jobs.
    public var limit: Int

    public init(queues: [String], kinds: [String]? = nil, worker: String, lease: Duration = .seconds(30), limit: Int = 1) {
        self.queues = queues
        self.kinds = kinds
        self.worker = worker
        self.lease = lease
        self.limit = limit
    }
}
