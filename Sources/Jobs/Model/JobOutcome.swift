import Support

/// How an attempt ended, as its worker reports it.
public enum JobOutcome: Sendable, Hashable {
    /// Done.
    case completed
    /// Failed. With a moment to retry and attempts left the job becomes retryable, else it is discarded.
    case failed(JobFailure, retryAt: Timestamp?)
    /// Stopped because its owner asked.
    case cancelled
    /// Not now: run again at this moment. The attempt does not count.
    case snoozed(until: Timestamp)
    /// Given back untouched, for instance on shutdown. The attempt does not count.
    case handedBack
}

/// Composes the deliveries that answer a job which has just reached a final state: called inside the transaction that
/// ends the job, so that answer and end stand or fall together. Pure and quick. Not called while the job may run again.
public typealias FinalAnswer = @Sendable (Job) -> [NewDelivery]

/// What came of enqueueing.
public enum EnqueueResult: Sendable, Hashable {
    case enqueued(Job)
    /// The same request was enqueued before: this is its job as it is now.
    case existing(Job)
    /// Nothing was written.
    case refused(EnqueueRefusal)
}

/// Why a job was not accepted, in a sentence for the person who asked.
public enum EnqueueRefusal: UserFacingError, Hashable {
    /// This user has so many jobs waiting already.
    case tooManyWaiting(limit: Int)
    /// The whole queue is full.
    case queueFull(limit: Int)

    public var userMessage: String {
        switch self {
        case .tooManyWaiting(let limit):
            limit == 1
                ? "You already have a request waiting. Please let it finish first, or cancel it."
                : "You already have \(limit) requests waiting. Please let one finish first, or cancel one."
        case .queueFull: "So many requests are waiting that I cannot take another one. Please try again in a few minutes."
        }
    }
}

/// What came of asking a job to stop.
public enum CancelResult: Sendable, Hashable {
    /// It was waiting, and has ended now; its final answer was written.
    case cancelled(Job)
    /// It is running: its worker has been told and will end it.
    case requested(Job)
    /// Somebody asked before; the worker is still ending it.
    case alreadyRequested(Job)
    /// Too late: it has ended.
    case alreadyFinished(Job)
    /// There is no such job.
    case unknown
}

/// Bounds on what may wait and run.
public struct JobLimits: Sendable, Hashable {
    /// Jobs one user may have waiting, over all queues.
    public var waitingPerUser: Int
    /// Jobs of one user that may run at a time; more wait their turn without holding up others.
    public var runningPerUser: Int
    /// Jobs that may wait in one queue.
    public var waitingPerQueue: Int

    public init(waitingPerUser: Int = 20, runningPerUser: Int = 4, waitingPerQueue: Int = 10_000) {
        self.waitingPerUser = waitingPerUser
        self.runningPerUser = runningPerUser
        self.waitingPerQueue = waitingPerQueue
    }
}
