import Storage
import Support

/// The conversations that clones lead, one a channel: text of the orchestrator's own, with a version that tells two writers apart.
public struct CloneStageStore: Sendable {
    public struct Kept: Sendable, Hashable {
        public var channel: ChannelKey
        public var guild: GuildKey
        public var body: String
        public var version: Int64
        /// When something is to be done; nil: not by itself.
        public var dueAt: Timestamp?

        public init(channel: ChannelKey, guild: GuildKey, body: String, version: Int64 = 0, dueAt: Timestamp? = nil) {
            self.channel = channel
            self.guild = guild
            self.body = body
            self.version = version
            self.dueAt = dueAt
        }
    }

    let database: Database

    public init(_ database: Database) { self.database = database }

    public func stage(in channel: ChannelKey) async throws -> Kept? {
        try await database.read { tx in try tx.row("SELECT * FROM clone_stages WHERE channel = ?", channel).map(Kept.init) }
    }

    /// All that there are, at most so many.
    public func stages(limit: Int = 1_000) async throws -> [Kept] {
        try await database.read { tx in try tx.rows("SELECT * FROM clone_stages ORDER BY channel LIMIT ?", limit).map(Kept.init) }
    }

    /// Those for which something is to be done by then, the longest due first.
    public func due(at now: Timestamp, limit: Int) async throws -> [Kept] {
        try await database.read { tx in
            try tx.rows("SELECT * FROM clone_stages WHERE due_at <= ? ORDER BY due_at LIMIT ?", now, limit).map(Kept.init)
        }
    }

    /// Writes it if it is still the version that was read (0: it was not there).
    ///
    /// - Returns: false where somebody else wrote in between; then read again.
    public func save(_ stage: Kept) async throws -> Bool {
        try await database.write { tx in
            if stage.version == 0 {
                return try tx.execute(
                    """
                    INSERT INTO clone_stages (channel, guild, body, version, due_at) VALUES (?, ?, ?, 1, ?)
                    ON CONFLICT (channel) DO NOTHING
                    """, stage.channel, stage.guild, stage.body, stage.dueAt) > 0
            }
            return try tx.execute(
                "UPDATE clone_stages SET body = ?, due_at = ?, version = version + 1 WHERE channel = ? AND version = ?", stage.body,
                stage.dueAt, stage.channel, stage.version) > 0
        }
    }
}

extension CloneStageStore.Kept {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            channel: try row.get("channel"), guild: try row.get("guild"), body: try row.get("body"), version: try row.get("version"),
            dueAt: try row.get("due_at"))
    }
}
