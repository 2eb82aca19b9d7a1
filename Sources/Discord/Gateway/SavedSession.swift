import Support

/// What a restarted process needs to go on where the last one was killed.
///
/// Kept in a ``SessionStore``. `sequence` only ever passes events whose handling has come to an end, so that a resume replays
/// all others: the ground of the promise that every accepted request is answered.
public struct SavedSession: Sendable, Hashable, Codable {
    public var sessionID: String
    /// `resume_gateway_url` of READY.
    public var resumeURL: String
    /// The gateway that the session began at; a session of another Discord (an emulator, say) is not resumed.
    public var gatewayURL: String
    /// Everything up to here has been handled.
    public var sequence: Int
    public var shardID: Int
    public var shardCount: Int
    /// When the session was last known to live.
    public var savedAt: Timestamp

    public init(
        sessionID: String, resumeURL: String, gatewayURL: String, sequence: Int, shardID: Int, shardCount: Int, savedAt: Timestamp
    ) {
        self.sessionID = sessionID
        self.resumeURL = resumeURL
        self.gatewayURL = gatewayURL
        self.sequence = sequence
        self.shardID = shardID
        self.shardCount = shardCount
        self.savedAt = savedAt
    }
}

/// Where sessions outlive the process. A save must be durable when it returns, or the next process starts too far back,
/// which costs time and does no harm.
public protocol SessionStore: Sendable {
    /// The session saved for this shard, if there is one.
    func load(shardID: Int) async throws -> SavedSession?
    /// Replaces what was saved for `session.shardID`.
    func save(_ session: SavedSession) async throws
    /// The session is gone; the next start identifies.
    func forget(shardID: Int) async throws
}
