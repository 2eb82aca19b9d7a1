import Discord
import Storage
import Support

/// The few rows that belong to the program as a whole: gateway sessions, and secrets that it made for itself.
struct AppTables: Sendable {
    static let schema = Schema(
        module: "app",
        migrations: [
            .init(
                1, "sessions and secrets",
                [
                    """
                    CREATE TABLE gateway_sessions (
                        shard_id {integer} NOT NULL PRIMARY KEY CHECK (shard_id >= 0),
                        shard_count {integer} NOT NULL CHECK (shard_count > shard_id),
                        session_id {text} NOT NULL, resume_url {text} NOT NULL, gateway_url {text} NOT NULL,
                        sequence {integer} NOT NULL CHECK (sequence >= 0), saved_at {integer} NOT NULL
                    ){strict}
                    """,
                    "CREATE TABLE app_secrets (name {text} NOT NULL PRIMARY KEY, value {text} NOT NULL CHECK (length(value) >= 32)){strict}",
                ]),
            tokens,
            consoleTables,
            shardTables,
            auditTables,
            sessionOwners,
            retryTables,
            modelTables,
        ])

    let database: Database

    /// The secret of that name; the first who asks for it stores the one offered.
    func secret(named name: String, offering fresh: Secret) async throws -> Secret {
        try await database.write { tx in
            try tx.execute("INSERT INTO app_secrets (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, fresh.reveal())
            let row = try tx.row("SELECT value FROM app_secrets WHERE name = ?", name)
            return try row.map { Secret(try $0.get("value")) } ?? fresh
        }
    }
}

/// Gateway sessions in the database, so that a bot that was killed resumes, on this machine or another.
extension AppTables: SessionStore {
    func load(shardID: Int) async throws -> SavedSession? {
        try await database.read { tx in
            try tx.row(
                "SELECT shard_count, session_id, resume_url, gateway_url, sequence, saved_at FROM gateway_sessions WHERE shard_id = ?",
                shardID
            ).map { row in
                SavedSession(
                    sessionID: try row.get("session_id"), resumeURL: try row.get("resume_url"), gatewayURL: try row.get("gateway_url"),
                    sequence: try row.get("sequence"), shardID: shardID, shardCount: try row.get("shard_count"),
                    savedAt: try row.get("saved_at"))
            }
        }
    }

    func save(_ session: SavedSession) async throws { try await database.write { tx in try Self.save(session, tx) } }

    func forget(shardID: Int) async throws { try await database.write { tx in try Self.forget(shardID: shardID, tx) } }

    static func save(_ session: SavedSession, _ tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO gateway_sessions (shard_id, shard_count, session_id, resume_url, gateway_url, sequence, saved_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (shard_id) DO UPDATE SET shard_count = excluded.shard_count, session_id = excluded.session_id,
                resume_url = excluded.resume_url, gateway_url = excluded.gateway_url, sequence = excluded.sequence,
                saved_at = excluded.saved_at
            """, session.shardID, session.shardCount, session.sessionID, session.resumeURL, session.gatewayURL, session.sequence,
            session.savedAt)
    }

    static func forget(shardID: Int, _ tx: Transaction) throws {
        try tx.execute("DELETE FROM gateway_sessions WHERE shard_id = ?", shardID)
    }
}
