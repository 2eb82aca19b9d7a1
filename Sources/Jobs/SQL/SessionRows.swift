import Storage
import Support

/// Gateway sessions that outlive the process, so that a restart resumes instead of missing what was said meanwhile.
///
/// Rows only: what a session is, the Discord module knows; the composition root joins the two.
public struct SessionRows: Sendable {
    public struct Row: Sendable, Hashable {
        public var shardID: Int
        public var shardCount: Int
        public var sessionID: String
        public var resumeURL: String
        /// The last dispatch that was dealt with.
        public var sequence: Int64
        public var savedAt: Timestamp

        public init(shardID: Int, shardCount: Int, sessionID: String, resumeURL: String, sequence: Int64, savedAt: Timestamp) {
            self.shardID = shardID
            self.shardCount = shardCount
            self.sessionID = sessionID
            self.resumeURL = resumeURL
            self.sequence = sequence
            self.savedAt = savedAt
        }
    }

    private let database: Database

    /// - Parameter database: opened with ``SQLJobQueue/schema``.
    public init(_ database: Database) { self.database = database }

    public func load(shard: Int, of count: Int) async throws -> Row? {
        try await database.read { tx in
            try tx.row(
                "SELECT session_id, resume_url, sequence, saved_at FROM saved_sessions WHERE shard_count = ? AND shard_id = ?", count, shard
            ).map { row in
                try Row(
                    shardID: shard, shardCount: count, sessionID: row.get("session_id"), resumeURL: row.get("resume_url"),
                    sequence: row.get("sequence"), savedAt: row.get("saved_at"))
            }
        }
    }

    /// Stores the session in place of the shard's former one. An older sequence of the same session changes nothing.
    public func save(_ session: Row) async throws {
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO saved_sessions (shard_count, shard_id, session_id, resume_url, sequence, saved_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (shard_count, shard_id) DO UPDATE SET session_id = excluded.session_id, resume_url = excluded.resume_url,
                    sequence = excluded.sequence, saved_at = excluded.saved_at
                WHERE saved_sessions.session_id <> excluded.session_id OR saved_sessions.sequence < excluded.sequence
                """, session.shardCount, session.shardID, session.sessionID, session.resumeURL, session.sequence, session.savedAt)
        }
    }

    /// Forgets the session: Discord said it is over.
    public func remove(shard: Int, of count: Int) async throws {
        try await database.write { tx in
            try tx.execute("DELETE FROM saved_sessions WHERE shard_count = ? AND shard_id = ?", count, shard)
        }
    }
}
