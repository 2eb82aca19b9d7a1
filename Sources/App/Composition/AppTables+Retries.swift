import Storage
import Support

/// Which request was made anew of which failed one: at most one of each.
extension AppTables {
    static let retryTables = Schema.Migration(
        7, "retried requests",
        [
            """
            CREATE TABLE job_retries (
                request {integer} NOT NULL PRIMARY KEY, made {integer} NOT NULL UNIQUE, made_at {integer} NOT NULL
            ){strict}
            """
        ])

    func retry(of old: RequestID) async throws -> RequestID? {
        try await database.read { tx in try tx.row("SELECT made FROM job_retries WHERE request = ?", old)?.get("made") }
    }

    /// The id under which a request is made anew: the one offered, unless there was one before.
    func retry(of old: RequestID, offering fresh: RequestID, at now: Timestamp) async throws -> RequestID {
        try await database.write { tx in
            try tx.execute("DELETE FROM job_retries WHERE made_at < ?", now - Self.auditLifetime)
            try tx.execute(
                "INSERT INTO job_retries (request, made, made_at) VALUES (?, ?, ?) ON CONFLICT (request) DO NOTHING", old, fresh, now)
            return try tx.row("SELECT made FROM job_retries WHERE request = ?", old)?.get("made") ?? fresh
        }
    }

    func forgetRetry(of old: RequestID, as made: RequestID) async throws {
        _ = try await database.write { tx in try tx.execute("DELETE FROM job_retries WHERE request = ? AND made = ?", old, made) }
    }
}
