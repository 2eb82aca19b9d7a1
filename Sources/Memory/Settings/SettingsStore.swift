import Storage
import Support

/// The settings of people, channels and guilds.
public struct SettingsStore: Sendable {
    let database: Database

    public init(_ database: Database) { self.database = database }

    /// What was set at one level, empty if nothing was.
    public func settings(of holder: SettingsHolder) async throws -> ConversationSettings {
        try await database.read { try $0.settings(of: holder) }
    }

    /// What holds for what a person writes in a channel: their own settings, then the channel's, then the guild's.
    ///
    /// When the bot speaks, its name and whose memory it uses are the channel's business and not a person's.
    public func settings(
        for person: PersonKey, in channel: ChannelKey, of guild: GuildKey
    ) async throws -> ConversationSettings {
        try await database.read { try $0.settings(for: person, in: channel, of: guild) }
    }

    /// Changes one level; what is then all unset is removed.
    @discardableResult
    public func change(
        _ holder: SettingsHolder, by person: PersonKey, at now: Timestamp,
        _ change: @escaping @Sendable (inout ConversationSettings) -> Void
    ) async throws -> ConversationSettings {
        try await database.write { tx in
            var settings = try tx.settings(of: holder)
            change(&settings)
            if settings == ConversationSettings() {
                try tx.execute("DELETE FROM conversation_settings WHERE level = ? AND holder = ?", holder.level, holder.key)
            } else {
                try tx.execute(
                    """
                    INSERT INTO conversation_settings (level, holder, body, changed_by, changed_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (level, holder) DO UPDATE
                    SET body = excluded.body, changed_by = excluded.changed_by, changed_at = excluded.changed_at
                    """, holder.level, holder.key, try json(settings), person, now)
            }
            return settings
        }
    }
}

extension Transaction {
    func settings(of holder: SettingsHolder) throws -> ConversationSettings {
        try row("SELECT body FROM conversation_settings WHERE level = ? AND holder = ?", holder.level, holder.key)?.decode("body")
            ?? ConversationSettings()
    }

    func settings(for person: PersonKey, in channel: ChannelKey, of guild: GuildKey) throws -> ConversationSettings {
        var own = try settings(of: .person(person))
        (own.mode, own.probability, own.cooldownSeconds, own.name, own.scope, own.answersBots) = (nil, nil, nil, nil, nil, nil)
        return try own.filled(from: settings(of: .channel(channel))).filled(from: settings(of: .guild(guild)))
    }
}
