import Storage
import Support

/// Whose turn it is to register the commands, of processes that start side by side.
enum CommandTurn: Sendable, Hashable {
    /// This process's: register, and say when it is done.
    case mine
    /// Another process registers the same ones now: ask again later.
    case another
    /// A process that lives has registered the same ones.
    case done
}

extension AppTables {
    /// How long a turn lasts that nobody says to be done.
    static let commandTurn: Duration = .seconds(60)

    /// Asks whether to register commands of this digest. A process that lives is one that has shards or waits for some.
    func commandTurn(of name: String, digest: String, at now: Timestamp) async throws -> CommandTurn {
        try await database.write(isolation: .locking) { tx in
            try tx.lock("command turn")
            let row = try tx.row("SELECT holder, digest, is_done, until FROM command_turns WHERE id = 1")
            if let row, try row.get("holder", as: String.self) != name, try row.get("digest", as: String.self) == digest {
                let holder: String = try row.get("holder")
                let isAlive = try tx.row("SELECT name FROM shard_holders WHERE name = ? AND until > ?", holder, now) != nil
                let isDone = try row.get("is_done", as: Int.self) == 1
                if isDone, isAlive { return .done }
                if !isDone, isAlive, try row.get("until", as: Timestamp.self) > now { return .another }
            }
            try tx.execute(
                """
                INSERT INTO command_turns (id, holder, digest, is_done, until) VALUES (1, ?, ?, 0, ?)
                ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, digest = excluded.digest, is_done = 0, until = excluded.until
                """, name, digest, now + Self.commandTurn)
            return .mine
        }
    }

    func finishCommandTurn(of name: String) async throws {
        _ = try await database.write { tx in try tx.execute("UPDATE command_turns SET is_done = 1 WHERE id = 1 AND holder = ?", name) }
    }
}
