import Support

/// Where a request stands in its queue's present order.
///
/// It is the truth of this moment: somebody who asks later for little may still be served before one who asked for much,
/// and jobs held back by a serial key or their owner's cap are counted as if they ran.
public struct QueuePlace: Sendable, Hashable {
    public let state: JobState
    /// Waiting jobs that would be claimed before this one. 0 is next.
    public let jobsAhead: Int
    /// Their units of work.
    public let unitsAhead: Int
    /// Jobs of this queue running now.
    public let running: Int
    /// Units of those running jobs not done yet by their own report, rounded up.
    public let unitsRunning: Int
    /// Units of this job.
    public let units: Int

    /// 1 is next; what people are shown. 0 while running or ended.
    public var position: Int { state.isWaiting ? jobsAhead + 1 : 0 }

    public init(state: JobState, jobsAhead: Int, unitsAhead: Int, running: Int, unitsRunning: Int, units: Int) {
        self.state = state
        self.jobsAhead = jobsAhead
        self.unitsAhead = unitsAhead
        self.running = running
        self.unitsRunning = unitsRunning
        self.units = units
    }

    /// About how long until this job is done.
    ///
    /// The median of what a unit took lately, times the units before it shared among the runners, plus its own.
    /// - Parameters:
    ///   - perUnit: what one unit took in recent jobs; see ``JobQueue/recentDurations(queue:limit:)``.
    ///   - runners: how many jobs of this queue can run at a time, at least 1.
    ///   - fallback: used per unit while nothing is known yet.
    /// - Returns: nil if nothing is known.
    public func estimate(perUnit: [Duration], runners: Int, fallback: Duration? = nil) -> Duration? {
        let sorted = perUnit.sorted()
        guard let unit = sorted.isEmpty ? fallback : sorted[sorted.count / 2] else { return nil }
        guard !state.isFinal else { return .zero }
        guard state.isWaiting else { return unit * units }
        // A free runner takes the job at once; else the work before it is shared.
        let before = jobsAhead + running < runners ? 0 : Double(unitsAhead + unitsRunning) / Double(max(1, runners))
        return .milliseconds(Int64(unit.inSeconds * 1_000 * (before + Double(units))))
    }
}

/// How full one queue is.
public struct QueueDepth: Sendable, Hashable {
    public let queue: String
    public let waiting: Int
    public let running: Int
    /// When the longest waiting of the available jobs was enqueued.
    public let oldestAvailable: Timestamp?
}
