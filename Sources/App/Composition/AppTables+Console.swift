import Console
import Foundation
import Memory
import Storage
import Support

extension AppTables {
    static let consoleTables = Schema.Migration(
        3, "console and processes",
        [
            "CREATE TABLE console_tickets (digest {bytes} NOT NULL PRIMARY KEY, expires_at {integer} NOT NULL){strict}",
            "CREATE TABLE console_sessions (digest {bytes} NOT NULL PRIMARY KEY, expires_at {integer} NOT NULL){strict}",
            """
            CREATE TABLE processes (
                name {text} NOT NULL PRIMARY KEY, parts {text} NOT NULL, models {text} NOT NULL, version {text} NOT NULL,
                started_at {integer} NOT NULL, seen_at {integer} NOT NULL
            ){strict}
            """,
        ])
}

extension AppTables {
    static let sessionOwners = Schema.Migration(6, "who is logged in", ["ALTER TABLE console_sessions ADD COLUMN person {integer}"])
}

/// Tickets and sessions of the console, as digests.
extension AppTables: ConsoleLogins {
    /// How long a link to log in is good.
    static let ticketLifetime: Duration = .seconds(3_600)

    func offer(ticket digest: [UInt8], at now: Timestamp) async throws {
        try await database.write { tx in
            try tx.execute("DELETE FROM console_tickets WHERE expires_at <= ?", now)
            try tx.execute("INSERT INTO console_tickets (digest, expires_at) VALUES (?, ?)", digest, now + Self.ticketLifetime)
        }
    }

    func take(ticket digest: [UInt8], at now: Timestamp) async throws -> Bool {
        try await database.write { tx in
            try tx.execute("DELETE FROM console_tickets WHERE digest = ? AND expires_at > ?", digest, now) == 1
        }
    }

    func open(session digest: [UInt8], by person: UInt64?, until: Timestamp, at now: Timestamp) async throws {
        try await database.write { tx in
            try tx.execute("DELETE FROM console_sessions WHERE expires_at <= ?", now)
            try tx.execute(
                "INSERT INTO console_sessions (digest, expires_at, person) VALUES (?, ?, ?)", digest, until, person.map { PersonKey($0) })
        }
    }

    func owner(ofSession digest: [UInt8], at now: Timestamp) async throws -> SessionOwner? {
        try await database.read { tx in
            try tx.row("SELECT person FROM console_sessions WHERE digest = ? AND expires_at > ?", digest, now).map {
                SessionOwner(person: try $0.get("person", as: PersonKey?.self)?.rawValue)
            }
        }
    }

    func close(session digest: [UInt8]) async throws {
        _ = try await database.write { tx in try tx.execute("DELETE FROM console_sessions WHERE digest = ?", digest) }
    }
}

/// The list in which every process signs in.
extension AppTables: ProcessDirectory {
    func note(_ process: ProcessRecord) async throws {
        _ = try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO processes (name, parts, models, version, started_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at
                """, process.name, process.parts.joined(separator: ","), process.models.joined(separator: ","), process.version,
                process.startedAt, process.seenAt)
        }
    }

    func leave(_ name: String) async throws {
        _ = try await database.write { tx in try tx.execute("DELETE FROM processes WHERE name = ?", name) }
    }

    func processes(seenSince moment: Timestamp) async throws -> [ProcessRecord] {
        try await database.read { tx in
            var shards: [String: [Int]] = [:]
            for row in try tx.rows("SELECT shard_id, holder FROM shard_slots WHERE holder IS NOT NULL ORDER BY shard_id") {
                shards[try row.get("holder"), default: []].append(try row.get("shard_id"))
            }
            return try tx.rows("SELECT * FROM processes WHERE seen_at >= ? ORDER BY started_at, name", moment).map { row in
                let name: String = try row.get("name")
                return ProcessRecord(
                    name: name, parts: try Self.list(row.get("parts")), models: try Self.list(row.get("models")),
                    shards: shards[name] ?? [],
                    version: try row.get("version"), startedAt: try row.get("started_at"), seenAt: try row.get("seen_at"))
            }
        }
    }

    private static func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}
