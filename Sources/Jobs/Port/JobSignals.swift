import Support

/// What happened in a queue, told at once to everybody in this process.
///
/// A hint, never the truth: it may be dropped when a listener is slow, and other processes' doings are not heard. Who
/// listens also polls.
public enum JobSignal: Sendable, Hashable {
    case available(queue: String)
    case cancelRequested(RequestID)
    case progressed(RequestID, Double)
    case settled(RequestID, JobState)
    case deliveries
}

/// Fans signals out to listeners in this process.
public typealias JobSignals = Broadcast<JobSignal>
