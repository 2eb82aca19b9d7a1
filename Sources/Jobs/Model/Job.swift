import Support

/// One piece of accepted work, as the queue knows it. Its arguments are opaque here.
public struct Job: Sendable, Hashable, Identifiable {
    /// Order of enqueueing within this queue's store, from 1.
    public let id: Int64
    /// The unique key: enqueueing it again finds this job.
    public let requestID: RequestID
    /// Which worker does it, for instance `generate`.
    public let kind: String
    /// The line it waits in: the model's name.
    public let queue: String
    public let arguments: JobPayload
    /// Who asked; fairness and caps count by it. Nil is nobody: no caps, its own share.
    public let user: String?
    /// Where they asked.
    public let guild: String?
    /// The share of this user in per cent of a normal one: 200 is served twice as often.
    public let weight: Int
    /// Units of work, for instance pictures.
    public let cost: Int
    /// Higher goes first, whatever fairness says. 0 is normal.
    public let priority: Int
    /// Of the jobs with one serial key at most one runs, in the order of enqueueing.
    public let serialKey: String?
    public let maxAttempts: Int
    /// After this moment the job is discarded instead of run.
    public let deadline: Timestamp?
    public let createdAt: Timestamp

    public internal(set) var state: JobState
    /// Attempts begun. A snooze or a hand-back gives its attempt back.
    public internal(set) var attempt = 0
    /// Not to be run before.
    public internal(set) var scheduledAt: Timestamp
    /// Grows with every claim; writes under an older fence are refused.
    public internal(set) var fence: Int64 = 0
    /// Who runs it, while running.
    public internal(set) var worker: String?
    public internal(set) var leaseExpiresAt: Timestamp?
    /// How far the running attempt is, 0…1.
    public internal(set) var progress: Double = 0
    public internal(set) var cancelRequestedAt: Timestamp?
    /// The latest failures, oldest first, at most ``JobFailure/keptPerJob``.
    public internal(set) var failures: [JobFailure] = []
    /// When the latest attempt began.
    public internal(set) var attemptedAt: Timestamp?
    public internal(set) var finishedAt: Timestamp?

    /// Place in the fair order; see ``FairShare``. Set once, on enqueueing.
    var place: FairPlace
}
