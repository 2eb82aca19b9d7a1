/// How long what has ended is kept. Nil keeps it for ever.
///
/// Buttons under a message find their job by its request id, so jobs are kept long; outputs are large and can be made
/// again from the job's seed, so they may go earlier.
public struct JobRetention: Sendable, Hashable {
    /// Ended jobs, counted from their end. Their outputs go with them.
    public var jobs: Duration?
    /// Recorded outputs of ended jobs, counted from their recording.
    public var outputs: Duration?
    /// Delivered and abandoned deliveries.
    public var deliveries: Duration?

    public init(jobs: Duration? = nil, outputs: Duration? = .seconds(180 * 86_400), deliveries: Duration? = .seconds(7 * 86_400)) {
        self.jobs = jobs
        self.outputs = outputs
        self.deliveries = deliveries
    }

    /// For a queue that is kept in memory, as Redis keeps it: pictures for two weeks, and for three months what it takes to make
    /// them again. A day's thousand grids of half a megabyte are then seven gigabytes at most.
    public static let inMemory = JobRetention(
        jobs: .seconds(90 * 86_400), outputs: .seconds(14 * 86_400), deliveries: .seconds(2 * 86_400))
}
