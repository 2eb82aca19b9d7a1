/// Where a job is in its life, and who moves it on.
///
///     enqueue ──> available ──claim──> running ──settle──> completed | cancelled | discarded
///        │            ▲                   │
///        └─> scheduled┤<──── snooze ──────┤
///                     └<─── retryable <───┘ (failed, or lease lost: the rescuer)
public enum JobState: String, Sendable, Hashable, CaseIterable, Codable {
    /// May be claimed now.
    case available
    /// Waits for its moment; the scheduler makes it available.
    case scheduled
    /// A worker holds a lease on it.
    case running
    /// Failed, and waits for its next attempt; the scheduler makes it available.
    case retryable
    /// Done. Final.
    case completed
    /// Ended by its owner or an operator. Final.
    case cancelled
    /// Given up: failed for good, out of attempts, or past its deadline. Final.
    case discarded

    /// Whether the job will never run again.
    public var isFinal: Bool { self == .completed || self == .cancelled || self == .discarded }

    /// Whether the job counts as waiting.
    public var isWaiting: Bool { self == .available || self == .scheduled || self == .retryable }
}
