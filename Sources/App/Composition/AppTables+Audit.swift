import Console
import Credits
import Memory
import Storage
import Support

/// The audit log: what is done at the console has rows of its own; what is done elsewhere, the rooms remember that it was done to.
extension AppTables: AuditTrail {
    static let auditTables = Schema.Migration(
        5, "audit log",
        [
            """
            CREATE TABLE audit_entries (
                id {identity}, noted_at {integer} NOT NULL, kind {text} NOT NULL, person {integer}, guild {integer},
                words {text} NOT NULL CHECK (length(words) BETWEEN 1 AND 500), mark {text} UNIQUE
            ){strict}
            """,
            "CREATE INDEX audit_entries_by_age ON audit_entries (noted_at)",
        ])

    /// How long what was done at the console stays to be seen.
    static let auditLifetime: Duration = .seconds(365 * 86_400)

    private static let histories = [
        ChangeHistory(
            """
            SELECT 'console:' || CAST(id AS TEXT) AS entry, noted_at AS moment, 'console' AS place, kind AS kind, CAST(person AS TEXT) AS who,
                guild AS guild, words AS words
            FROM audit_entries
            """),
        ChangeHistory(
            """
            SELECT 'token:' || name AS entry, created_at AS moment, 'terminal' AS place, 'tokens' AS kind, CAST(NULL AS TEXT) AS who,
                CAST(NULL AS BIGINT) AS guild, 'token ' || name || ' made, for ' || scopes AS words
            FROM api_tokens
            """),
        ChangeHistory(
            """
            SELECT 'token-end:' || name AS entry, revoked_at AS moment, 'terminal' AS place, 'tokens' AS kind, CAST(NULL AS TEXT) AS who,
                CAST(NULL AS BIGINT) AS guild, 'token ' || name || ' revoked' AS words
            FROM api_tokens WHERE revoked_at IS NOT NULL
            """),
        GuildSettingsStore.history, SettingsStore.history, TaskStore.history, CreditLedger.history, VoucherBook.history,
        CreditRuleBook.history,
    ]

    private static let all = histories.map(\.select).joined(separator: "\nUNION ALL\n")

    /// Guilds on which something was changed, the latest first.
    func changedGuilds(limit: Int) async throws -> [ServerLine] {
        try await database.read { tx in
            try tx.rows(
                """
                SELECT guild, MAX(moment) AS latest FROM (\(Self.all)) AS entries WHERE guild IS NOT NULL
                GROUP BY guild ORDER BY latest DESC, guild LIMIT ?
                """, limit
            ).map { ServerLine(id: try $0.get("guild", as: GuildKey.self).rawValue, name: nil, changedAt: try $0.get("latest")) }
        }
    }

    func note(
        _ kind: AuditEntry.Kind, _ words: String, by who: UInt64?, guild: UInt64?, once: String?, at now: Timestamp
    ) async throws {
        try await database.write { tx in
            try tx.execute("DELETE FROM audit_entries WHERE noted_at < ?", now - Self.auditLifetime)
            try tx.execute(
                """
                INSERT INTO audit_entries (noted_at, kind, person, guild, words, mark) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (mark) DO NOTHING
                """, now, kind.rawValue, who.map { PersonKey($0) }, guild.map { GuildKey($0) }, String(words.prefix(500)), once)
        }
    }

    func entries(_ question: AuditQuestion) async throws -> [AuditEntry] {
        let search = question.search ?? ""
        let part = search.lowercased().replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_")
        let (at, key) = (question.before?.at ?? Timestamp(millisecondsSinceEpoch: .max), question.before?.key ?? "")
        return try await database.read { tx in
            try tx.rows(
                """
                SELECT * FROM (\(Self.all)) AS entries
                WHERE (who IS NULL OR who <> '0') AND (moment < ? OR moment = ? AND entry < ?) AND (? = '' OR kind = ?)
                    AND (LOWER(words) LIKE ? ESCAPE '!' OR who = ? OR CAST(guild AS TEXT) = ?)
                ORDER BY moment DESC, entry DESC LIMIT ?
                """, at, at, key, question.kind?.rawValue ?? "", question.kind?.rawValue ?? "", "%\(part)%", search, search, question.count
            ).map(AuditEntry.init)
        }
    }
}

extension AuditEntry {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            key: try row.get("entry"), at: try row.get("moment"), place: Place(rawValue: try row.get("place")) ?? .console,
            kind: Kind(rawValue: try row.get("kind")),
            who: try row.get("who", as: String?.self).flatMap { UInt64($0) }, guild: try row.get("guild", as: GuildKey?.self)?.rawValue,
            words: try row.get("words"))
    }
}
