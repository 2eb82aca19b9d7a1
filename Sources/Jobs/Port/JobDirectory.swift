import Support

/// Lists jobs for the operator. Beside ``JobQueue``, since no part of the work needs it.
public protocol JobDirectory: Sendable {
    /// The newest first.
    func jobs(matching filter: JobFilter) async throws -> [Job]
    /// How many jobs ended in this state since then, by queue.
    func endings(since: Timestamp) async throws -> [JobEndings]
    /// How many jobs were completed in each span of this length since then, oldest first.
    func completions(since: Timestamp, every span: Duration, count: Int) async throws -> [Int]
}

/// Which jobs to list.
public struct JobFilter: Sendable, Hashable {
    public static let limit = 200

    public var state: JobState?
    public var queue: String?
    public var user: String?
    /// Only jobs enqueued before this one: the next page.
    public var before: Int64?
    /// At most ``limit``.
    public var count: Int

    public init(state: JobState? = nil, queue: String? = nil, user: String? = nil, before: Int64? = nil, count: Int = 50) {
        self.state = state
        self.queue = queue
        self.user = user
        self.before = before
        self.count = min(max(count, 1), Self.limit)
    }
}

/// How jobs of one queue ended within a span of time.
public struct JobEndings: Sendable, Hashable {
    public let queue: String
    public let state: JobState
    public let count: Int

    public init(queue: String, state: JobState, count: Int) {
        self.queue = queue
        self.state = state
        self.count = count
    }
}
