import Support

/// How many wrong codes a person may try: a pure rule over the moments of the wrong ones.
public struct AttemptLimiter: Sendable, Hashable {
    /// Wrong codes within the window after which one must wait.
    public var limit: Int
    public var window: Duration

    public init(limit: Int = 5, window: Duration = .seconds(600)) {
        self.limit = limit
        self.window = window
    }

    /// - Parameter failures: in any order; those before the window do not count.
    /// - Returns: when the next attempt is allowed; nil if it is now.
    public func waitUntil(failures: [Timestamp], at now: Timestamp) -> Timestamp? {
        let recent = failures.filter { $0 > now - window && $0 <= now }.sorted()
        guard recent.count >= limit, limit > 0 else { return nil }
        return recent[recent.count - limit] + window
    }
}
