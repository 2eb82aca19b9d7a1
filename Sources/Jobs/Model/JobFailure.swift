import Support

/// Why an attempt failed: a code for programs, a message for the operator, a sentence for the person who asked.
///
/// Neither text holds a prompt, a token or a path of the person's; the sentence may be shown in Discord as it is.
public struct JobFailure: Sendable, Hashable, Codable {
    /// Longest message kept, in characters; the rest is cut.
    public static let messageLimit = 1_000
    /// A job keeps this many of its latest failures.
    public static let keptPerJob = 8

    /// A short name, for instance `lease-lost`, `deadline-passed`, `model-unavailable`.
    public let code: String
    public let message: String
    public let userMessage: String?
    /// The attempt that failed, from 1; 0 if the job never ran.
    public internal(set) var attempt: Int
    public internal(set) var at: Timestamp

    public init(code: String, message: String, userMessage: String? = nil) {
        self.code = String(code.prefix(64))
        self.message = String(message.prefix(Self.messageLimit))
        self.userMessage = userMessage.map { String($0.prefix(Self.messageLimit)) }
        attempt = 0
        at = Timestamp(millisecondsSinceEpoch: 0)
    }

    func stamped(attempt: Int, at now: Timestamp) -> JobFailure {
        var copy = self
        copy.attempt = attempt
        copy.at = now
        return copy
    }
}

extension JobFailure {
    /// A worker died or froze, and the job has no attempts left.
    static let leaseLost = JobFailure(
        code: "lease-lost", message: "the worker stopped renewing its lease (killed, frozen or cut off)",
        userMessage: "The machine working on this went away too often. Please try again.")
    /// The job was not done in time.
    static let deadlinePassed = JobFailure(
        code: "deadline-passed", message: "the deadline passed before the job was done",
        userMessage: "This took too long to get its turn. Please try again.")
}
