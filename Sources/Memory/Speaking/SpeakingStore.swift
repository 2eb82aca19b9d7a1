import Storage
import Support

/// Remembers how much the bot has spoken, so that it neither chatters nor talks with another bot for ever, across restarts.
public struct SpeakingStore: Sendable {
    let database: Database

    public init(_ database: Database) { self.database = database }

    /// - Parameter other: the bot it spoke with; nil for all it said by itself in the channel.
    public func record(in channel: ChannelKey, with other: PersonKey?) async throws -> SpeakingRecord? {
        try await database.read { try $0.speaking(channel, other) }
    }

    /// Notes that it spoke. A window that began longer ago than `window` begins anew.
    public func spoke(
        in channel: ChannelKey, with other: PersonKey?, tokens: Int, window: Duration, at now: Timestamp
    ) async throws {
        try await database.write { tx in
            var record = try tx.speaking(channel, other) ?? SpeakingRecord(windowBeganAt: now, spokeAt: now)
            if record.windowBeganAt + window <= now { (record.windowBeganAt, record.answers, record.tokens) = (now, 0, 0) }
            try tx.execute(
                """
                INSERT INTO speaking (channel, other, depth, window_began_at, answers, tokens, spoke_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (channel, other) DO UPDATE
                SET depth = excluded.depth, window_began_at = excluded.window_began_at, answers = excluded.answers,
                    tokens = excluded.tokens, spoke_at = excluded.spoke_at
                """, channel, other ?? PersonKey(0), record.depth + 1, record.windowBeganAt, record.answers + 1,
                record.tokens + max(0, tokens), now)
        }
    }

    /// A human has spoken: talks with bots begin anew.
    public func humanSpoke(in channel: ChannelKey) async throws {
        _ = try await database.write { try $0.execute("UPDATE speaking SET depth = 0 WHERE channel = ? AND depth > 0", channel) }
    }
}

extension Transaction {
    func speaking(_ channel: ChannelKey, _ other: PersonKey?) throws -> SpeakingRecord? {
        try row("SELECT * FROM speaking WHERE channel = ? AND other = ?", channel, other ?? PersonKey(0)).map { row in
            SpeakingRecord(
                depth: try row.get("depth"), windowBeganAt: try row.get("window_began_at"), answers: try row.get("answers"),
                tokens: try row.get("tokens"), spokeAt: try row.get("spoke_at"))
        }
    }
}
