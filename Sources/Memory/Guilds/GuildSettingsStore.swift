import Storage
import Support

/// What the owners of a guild decided about each feature, with who changed it when.
///
/// One row for a guild and a feature: the feature's own JSON, with a version that counts its changes. What it means is the
/// feature's business; here it is kept, changed one change at a time, and remembered.
public struct GuildSettingsStore: Sendable {
    public static let schema = Schema(
        module: "guild-settings",
        migrations: [
            .init(
                1, "guild settings",
                [
                    """
                    CREATE TABLE guild_settings (
                        guild {integer} NOT NULL,
                        feature {text} NOT NULL,
                        version {integer} NOT NULL,
                        body {text} NOT NULL,
                        PRIMARY KEY (guild, feature),
                        CONSTRAINT guild_setting_version CHECK (version >= 1),
                        CONSTRAINT guild_setting_size CHECK (length(feature) BETWEEN 1 AND 40 AND length(body) <= 65536)
                    ){strict}
                    """,
                    """
                    CREATE TABLE guild_setting_changes (
                        guild {integer} NOT NULL,
                        feature {text} NOT NULL,
                        version {integer} NOT NULL,
                        summary {text} NOT NULL,
                        changed_by {integer},
                        changed_at {integer} NOT NULL,
                        PRIMARY KEY (guild, feature, version),
                        CONSTRAINT guild_change_size CHECK (length(summary) <= 500)
                    ){strict}
                    """,
                    "CREATE INDEX guild_changes_by_person ON guild_setting_changes (changed_by) WHERE changed_by IS NOT NULL",
                ])
        ])

    /// Of one guild's feature, so many of the newest changes are remembered.
    static let keptChanges = 100

    /// A change as it was made.
    public struct Change: Sendable, Hashable {
        public var version: Int
        /// What was changed, in a few words.
        public var summary: String
        /// Nil once they wanted their traces gone.
        public var person: PersonKey?
        public var changedAt: Timestamp
    }

    let database: Database

    public init(_ database: Database) { self.database = database }

    /// The feature's settings; nil where nothing was ever decided.
    public func settings<Body: Codable & Sendable>(_ type: Body.Type = Body.self, for feature: String, of guild: GuildKey) async throws
        -> Body?
    {
        try await database.read {
            try $0.row("SELECT body FROM guild_settings WHERE guild = ? AND feature = ?", guild, feature)?.decode("body")
        }
    }

    /// Changes the settings, in one transaction with everybody else's changes.
    ///
    /// - Parameter change: changes the body, from `fresh` where there is none yet, and says what it did in a few words; nil changes nothing.
    /// - Throws: what `change` throws; then nothing was changed.
    /// - Returns: the settings as they are then.
    @discardableResult
    public func change<Body: Codable & Sendable & Equatable>(
        _ feature: String, of guild: GuildKey, from fresh: Body, by person: PersonKey, at now: Timestamp,
        _ change: @escaping @Sendable (inout Body) throws -> String?
    ) async throws -> Body {
        try await database.write { tx in
            let row = try tx.row("SELECT version, body FROM guild_settings WHERE guild = ? AND feature = ?", guild, feature)
            let old: Body = try row?.decode("body") ?? fresh
            var body = old
            guard let summary = try change(&body), body != old else { return old }
            let version = (try row?.get("version", as: Int.self) ?? 0) + 1
            try tx.execute(
                """
                INSERT INTO guild_settings (guild, feature, version, body) VALUES (?, ?, ?, ?)
                ON CONFLICT (guild, feature) DO UPDATE SET version = excluded.version, body = excluded.body
                """, guild, feature, version, try json(body))
            try tx.execute(
                """
                INSERT INTO guild_setting_changes (guild, feature, version, summary, changed_by, changed_at) VALUES (?, ?, ?, ?, ?, ?)
                """, guild, feature, version, summary.kept(500), person, now)
            try tx.execute(
                "DELETE FROM guild_setting_changes WHERE guild = ? AND feature = ? AND version <= ?", guild, feature,
                version - Self.keptChanges)
            return body
        }
    }

    /// The latest changes, newest first.
    public func changes(of feature: String, in guild: GuildKey, limit: Int = 10) async throws -> [Change] {
        try await database.read { tx in
            try tx.rows(
                "SELECT * FROM guild_setting_changes WHERE guild = ? AND feature = ? ORDER BY version DESC LIMIT ?", guild, feature, limit
            ).map { row in
                Change(
                    version: try row.get("version"), summary: try row.get("summary"), person: try row.get("changed_by"),
                    changedAt: try row.get("changed_at"))
            }
        }
    }

    /// Takes a person's name off the changes they made. Returns how many those were.
    public func forget(_ person: PersonKey) async throws -> Int {
        try await database.write { try $0.execute("UPDATE guild_setting_changes SET changed_by = NULL WHERE changed_by = ?", person) }
    }
}
