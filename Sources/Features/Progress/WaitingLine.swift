import DiscordModels
import Jobs
import Support

/// What a request's message says while it waits or runs; each feature gives one for its kind of job.
///
/// Pure: everything it may say is in the job and its ``Standing``. ``ProgressReporter`` decides when to look, the outbox when
/// to say it.
protocol WaitingLine: Sendable {
    /// The kind of the jobs it speaks for.
    var kind: String { get }
    /// Where the request's message is; nil where nothing is to be said, as for arguments of another version.
    func address(of job: Job) -> ReplyAddress?
    /// The words and buttons of this moment, in place of all that stood there before.
    func message(for job: Job, _ standing: Standing) -> MessageEdit
    /// What one unit of this job takes as far as is known before any has been measured.
    func expectedPerUnit(of job: Job) -> Duration?
    /// Jobs of this one's queue that run at a time.
    func runners(of job: Job) -> Int
    /// Whether the message wants what there is to see so far.
    var showsPreview: Bool { get }
}

extension WaitingLine {
    func expectedPerUnit(of job: Job) -> Duration? { nil }
    func runners(of job: Job) -> Int { 1 }
    var showsPreview: Bool { false }
}
