import Support

/// Does one kind of job. Registered with a ``JobProcessor``; knows nothing of leases, fences or retries.
///
/// A worker may be run again for the same job (the process died, the lease was lost): it asks the context for the recorded
/// output first, and records what it made before it returns.
public protocol Worker: Sendable {
    /// The `kind` of the jobs it does.
    static var kind: String { get }
    /// The newest version of such a job's arguments that it reads; it reads all older ones too. 1 unless it says otherwise.
    static var version: Int { get }

    /// - Returns: how it went, with the deliveries that answer the request: written in the transaction that completes the job.
    /// - Throws: `CancellationError` when told to stop; a ``WorkFailure`` to say whether a retry makes sense; any other
    ///   error is retried with backoff, and its `userMessage` kept if it is a `UserFacingError`.
    func work(_ job: Job, _ context: any JobContext) async throws -> WorkResult
}

extension Worker {
    public static var version: Int { 1 }
}

/// What a worker made of a job.
public enum WorkResult: Sendable, Hashable {
    case completed([NewDelivery])
    /// Not now, for instance because a model is still loading: try again after this span. Costs no attempt.
    case snoozed(Duration)
}

/// A failure that knows whether another attempt makes sense.
public struct WorkFailure: Error, Hashable {
    public enum Retry: Sendable, Hashable {
        /// Another attempt would fail too.
        case never
        /// Try again after the usual backoff.
        case backoff
        /// Try again after this span, for instance because the model's server said so.
        case after(Duration)
    }

    public let failure: JobFailure
    public let retry: Retry

    public init(_ failure: JobFailure, retry: Retry) {
        self.failure = failure
        self.retry = retry
    }
}

/// What a worker may ask and tell while it works.
public protocol JobContext: Sendable {
    /// The clock's present moment.
    var now: Timestamp { get }
    /// Whether the work should stop: the owner cancelled, the lease was lost, or the process is ending. The worker's task
    /// is cancelled at the same time.
    var isCancelled: Bool { get }
    /// Whether it should stop because its owner says so: then what there is so far may still be worth something.
    var isStoppedByOwner: Bool { get }
    /// Tells how far it is, 0…1. Cheap to call often: what comes too quickly is merged.
    /// - Parameter preview: what there is to see so far, at most ``JobPayload/limit`` bytes; nil leaves what was shown before.
    func report(progress: Double, preview: OutputFile?) async
    /// One of the files that the job starts from.
    func startingFile(named name: String) async throws -> OutputFile?
    /// What an earlier attempt recorded; then the model need not run again.
    func recordedOutput() async throws -> JobOutput?
    /// Records what was made, and returns what is on record: the first one stays.
    @discardableResult
    func record(_ output: JobOutput) async throws -> JobOutput
}

extension JobContext {
    public var isStoppedByOwner: Bool { false }

    /// Tells how far it is, 0…1.
    public func report(progress: Double) async { await report(progress: progress, preview: nil) }
}
