import Storage
import Support

/// What clones said, so that nothing is said twice and all of it can be taken back.
extension CloneStore {
    /// Puts down what is about to be said. A repeat finds the first; nil where the clone is paused or gone, and nothing may be said.
    public func begin(
        _ content: String, of clone: Clone.ID, in channel: ChannelKey, for requestID: RequestID, at now: Timestamp
    ) async throws -> CloneLine? {
        try await database.write { tx in
            guard try tx.row("SELECT id FROM clones WHERE id = ? AND state = 'active'", clone) != nil else { return nil }
            try tx.execute(
                """
                INSERT INTO clone_lines (request_id, clone, channel, content, said_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (request_id) DO NOTHING
                """, requestID, clone, channel, content.kept(4_000), now)
            return try tx.row("SELECT * FROM clone_lines WHERE request_id = ?", requestID).map(CloneLine.init)
        }
    }

    /// Notes the message in which it stands.
    public func note(_ message: MessageKey, of requestID: RequestID) async throws {
        _ = try await database.write { tx in
            try tx.execute("UPDATE clone_lines SET message = ? WHERE request_id = ?", message, requestID)
        }
    }

    /// What was said in a channel, the latest first.
    public func lines(in channel: ChannelKey, of clone: Clone.ID? = nil, limit: Int) async throws -> [CloneLine] {
        try await database.read { tx in
            guard let clone else {
                return try tx.rows(
                    "SELECT * FROM clone_lines WHERE channel = ? AND message IS NOT NULL ORDER BY said_at DESC, request_id DESC LIMIT ?",
                    channel, limit
                ).map(CloneLine.init)
            }
            return try tx.rows(
                "SELECT * FROM clone_lines WHERE channel = ? AND clone = ? AND message IS NOT NULL ORDER BY said_at DESC LIMIT ?", channel,
                clone, limit
            ).map(CloneLine.init)
        }
    }

    /// One person's opinion of a line; a second takes the first one's place.
    public func rate(_ line: RequestID, by person: PersonKey, points: Int) async throws {
        _ = try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO clone_ratings (request_id, person, points) VALUES (?, ?, ?)
                ON CONFLICT (request_id, person) DO UPDATE SET points = excluded.points
                """, line, person, points < 0 ? -1 : 1)
        }
    }
}

extension CloneLine {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            requestID: try row.get("request_id"), clone: try row.get("clone"),
            channel: try row.get("channel"), message: try row.get("message"), content: try row.get("content"),
            saidAt: try row.get("said_at"))
    }
}
