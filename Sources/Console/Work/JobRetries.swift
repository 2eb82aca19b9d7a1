public import Jobs
public import Support

/// Makes requests anew that failed. What was asked for is not known here.
public protocol JobRetries: Sendable {
    /// The request that was made of this one; nil: none.
    func retry(of old: RequestID) async throws -> RequestID?
    /// Makes a request of a failed one: once, however often this is asked for.
    ///
    /// - Throws: a `UserFacingError` where it cannot be; then nothing was done, and it may be asked for again.
    func retry(_ old: Job) async throws -> RequestID
}
