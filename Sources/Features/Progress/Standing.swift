import Jobs
import Support

/// How a request stands at a moment: what waiting lines are made from. Pure: from the job, its place and what units took lately.
struct Standing: Sendable, Hashable {
    enum Phase: Sendable, Hashable {
        /// 1 is next.
        case waiting(position: Int)
        case running(fraction: Double)
        /// An attempt failed; the next one follows by itself.
        case retrying
        /// Its owner wants it to stop.
        case cancelling
    }

    let phase: Phase
    /// About how long until it is done, or until the next attempt; nil where nothing is known.
    let remaining: Duration?
    /// What there is to see of it so far, not yet checked.
    let preview: OutputFile?

    /// - Parameters:
    ///   - perUnit: what one unit took in recent jobs, newest first.
    ///   - runners: jobs of this queue that run at a time.
    ///   - expected: per unit, while nothing has been measured.
    /// - Returns: nil once the job has ended; its answer is on the way.
    init?(
        of job: Job, place: QueuePlace, perUnit: [Duration], runners: Int, expected: Duration?, preview: OutputFile? = nil, now: Timestamp
    ) {
        let estimate = place.estimate(perUnit: perUnit, runners: runners, fallback: expected)
        switch job.state {
        case .completed, .cancelled, .discarded: return nil
        case .retryable: (phase, remaining) = (.retrying, max(.zero, job.scheduledAt - now))
        case .available, .scheduled: (phase, remaining) = (.waiting(position: max(1, place.position)), estimate)
        case .running where job.cancelRequestedAt != nil: (phase, remaining) = (.cancelling, nil)
        case .running: (phase, remaining) = (.running(fraction: job.progress), Self.left(of: job, now: now) ?? estimate)
        }
        self.preview = job.state == .running ? preview : nil
    }

    /// From this attempt's own pace, once it has one.
    private static func left(of job: Job, now: Timestamp) -> Duration? {
        guard job.progress >= 0.05, let started = job.attemptedAt else { return nil }
        let elapsed = max(0, (now - started).inSeconds)
        return .milliseconds(Int64(elapsed * (1 - job.progress) / job.progress * 1_000))
    }
}
