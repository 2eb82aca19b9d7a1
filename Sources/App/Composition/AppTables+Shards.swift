import Discord
import DiscordModels
import Foundation
import Storage
import Support

extension AppTables {
    static let shardTables = Schema.Migration(
        4, "shards by lease",
        [
            """
            CREATE TABLE shard_holders (
                name {text} NOT NULL PRIMARY KEY, is_sharing {integer} NOT NULL CHECK (is_sharing IN (0, 1)), until {integer} NOT NULL
            ){strict}
            """,
            """
            CREATE TABLE shard_slots (
                shard_id {integer} NOT NULL PRIMARY KEY CHECK (shard_id >= 0), holder {text}, fence {integer} NOT NULL CHECK (fence >= 0)
            ){strict}
            """,
            "CREATE TABLE identify_gate (id {integer} NOT NULL PRIMARY KEY CHECK (id = 1), gate {text} NOT NULL){strict}",
            """
            CREATE TABLE command_turns (
                id {integer} NOT NULL PRIMARY KEY CHECK (id = 1), holder {text} NOT NULL, digest {text} NOT NULL,
                is_done {integer} NOT NULL CHECK (is_done IN (0, 1)), until {integer} NOT NULL
            ){strict}
            """,
        ])
}

/// The ``ShardBoard`` of all bot processes on one database, and their one ``IdentifyGate``.
///
/// One process changes them at a time. What the times say is compared between machines: their clocks must agree to a second,
/// as clocks kept by NTP do.
struct DatabaseShardLeases: ShardLeases {
    let tables: AppTables
    /// Of this process; no other has it.
    let name: String
    let choice: ShardChoice
    let span: Duration

    /// Who shares looks often, to take at once what another gives back.
    var beat: Duration { choice == .all ? span / 3 : span / 9 }

    private static let lock = "shards"

    func renew(wanting count: Int, isFirm: Bool, isCutOff: Bool, at now: Timestamp) async throws -> ShardOrders {
        try await change { [name, choice, span] board in
            board.beat(name, choice, wanting: count, isFirm: isFirm, isCutOff: isCutOff, at: now, span: span)
        }
    }

    func release(_ lease: ShardLease) async throws { try await change { [name] in $0.release(lease, of: name) } }

    func leave() async throws { try await change { [name] in $0.leave(name) } }

    func sessions(under lease: ShardLease) -> any SessionStore { LeasedSessions(tables: tables, name: name, lease: lease) }

    func learn(_ limit: SessionStartLimit, at now: Timestamp) async throws {
        try await changeGate { gate in
            guard var known = gate else {
                gate = IdentifyGate(limit, at: now)
                return
            }
            known.learn(limit, at: now)
            gate = known
        }
    }

    func reserve(shard: Int, at now: Timestamp) async throws -> Timestamp {
        try await changeGate { $0?.reserve(shard: shard, at: now) ?? now }
    }

    /// Writes the rows that the change has touched, and no others.
    private func change<Value: Sendable>(_ body: @escaping @Sendable (inout ShardBoard) -> Value) async throws -> Value {
        try await tables.database.write(isolation: .locking) { tx in
            try tx.lock(Self.lock)
            let before = try ShardBoard(tx)
            var board = before
            let value = body(&board)
            try board.save(tx, over: before)
            return value
        }
    }

    private func changeGate<Value: Sendable>(_ body: @escaping @Sendable (inout IdentifyGate?) -> Value) async throws -> Value {
        try await tables.database.write(isolation: .locking) { tx in
            try tx.lock("identify gate")
            let row = try tx.row("SELECT gate FROM identify_gate WHERE id = 1")
            var gate = try row.flatMap {
                try? JSONDecoder().decode(IdentifyGate.self, from: Data(try $0.get("gate", as: String.self).utf8))
            }
            let value = body(&gate)
            if let gate {
                try tx.execute(
                    "INSERT INTO identify_gate (id, gate) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET gate = excluded.gate",
                    String(decoding: try JSONEncoder().encode(gate), as: UTF8.self))
            }
            return value
        }
    }
}

extension ShardBoard {
    fileprivate init(_ tx: Transaction) throws {
        var holders: [String: Holder] = [:]
        for row in try tx.rows("SELECT name, is_sharing, until FROM shard_holders") {
            holders[try row.get("name")] = Holder(isSharing: try row.get("is_sharing", as: Int.self) == 1, until: try row.get("until"))
        }
        let slots = try tx.rows("SELECT holder, fence FROM shard_slots ORDER BY shard_id").map { row in
            Slot(holder: try row.get("holder"), fence: try row.get("fence"))
        }
        self.init(holders: holders, slots: slots)
    }

    fileprivate func save(_ tx: Transaction, over before: ShardBoard) throws {
        for name in before.holders.keys where holders[name] == nil { try tx.execute("DELETE FROM shard_holders WHERE name = ?", name) }
        for (name, holder) in holders where before.holders[name] != holder {
            try tx.execute(
                """
                INSERT INTO shard_holders (name, is_sharing, until) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET is_sharing = excluded.is_sharing, until = excluded.until
                """, name, holder.isSharing ? 1 : 0, holder.until)
        }
        if before.slots.count > slots.count { try tx.execute("DELETE FROM shard_slots WHERE shard_id >= ?", slots.count) }
        for (id, slot) in slots.enumerated() where id >= before.slots.count || before.slots[id] != slot {
            try tx.execute(
                """
                INSERT INTO shard_slots (shard_id, holder, fence) VALUES (?, ?, ?)
                ON CONFLICT (shard_id) DO UPDATE SET holder = excluded.holder, fence = excluded.fence
                """, id, slot.holder, slot.fence)
        }
    }
}

/// The saved session of a shard, which moves with the shard: a process whose lease has passed to another overwrites nothing.
private struct LeasedSessions: SessionStore {
    let tables: AppTables
    let name: String
    let lease: ShardLease

    func load(shardID: Int) async throws -> SavedSession? { try await tables.load(shardID: shardID) }

    func save(_ session: SavedSession) async throws { try await whileHeld { tx in try AppTables.save(session, tx) } }

    func forget(shardID: Int) async throws { try await whileHeld { tx in try AppTables.forget(shardID: shardID, tx) } }

    private func whileHeld(_ body: @escaping @Sendable (Transaction) throws -> Void) async throws {
        try await tables.database.write(isolation: .locking) { [name, lease] tx in
            let held = try tx.row(
                "SELECT fence FROM shard_slots WHERE shard_id = ? AND holder = ? AND fence = ? {for update}", lease.shardID, name,
                lease.fence)
            if held != nil { try body(tx) }
        }
    }
}
