import Storage
import Support

/// The people who may be mimicked: their words, what they wrote, what their clones said. What is not here is not allowed.
public struct CloneStore: Sendable {
    public static let longestWords = 1_000
    public static let longestName = 60

    let database: Database

    public init(_ database: Database) { self.database = database }

    /// Puts a person's word on record: from now on they may be mimicked in that guild. Said again, the new words count.
    ///
    /// - Parameters:
    ///   - words: as they were said; blank is no word.
    ///   - word: whose. The operator's is for a person's own data package; it never stands over what a person said themselves.
    ///   - mayTrain: whether that word covers learning. Where it does not any more, what was learnt is erased.
    ///   - saidIn: the interaction in which they were said.
    /// - Returns: the clone; nil where a person's own word is there and the operator's would take its place.
    @discardableResult
    public func allow(
        _ person: PersonKey, in guild: GuildKey, name: String, avatar: String? = nil, words: String, by word: Clone.Word,
        mayTrain: Bool = false, saidIn: MessageKey? = nil, at now: Timestamp
    ) async throws -> Clone? {
        precondition(words.contains { !$0.isWhitespace }, "no words, no clone")
        return try await database.write { tx in
            if word == .operator, let known = try tx.clone(of: person, in: guild), known.wordsBy == .person { return nil }
            let name = name.kept(Self.longestName)
            try tx.execute(
                """
                INSERT INTO clones (person, guild, name, avatar, state, words, words_by, said_in, allowed_at, may_train)
                VALUES (?, ?, ?, ?, 'active', ?, ?, ?, ?, ?)
                ON CONFLICT (person, guild) DO UPDATE SET name = excluded.name, avatar = excluded.avatar, state = 'active',
                    words = excluded.words, words_by = excluded.words_by, said_in = excluded.said_in, allowed_at = excluded.allowed_at, may_train = excluded.may_train
                """, person, guild, name.isEmpty ? "somebody" : name, avatar, words.kept(Self.longestWords), word.rawValue, saidIn, now,
                mayTrain ? 1 : 0)
            if word == .person { try tx.giveConsent(to: .clone, by: person, in: guild, through: .command, at: now) }
            let clone = try tx.clone(of: person, in: guild)
            if !mayTrain, let clone {
                try tx.execute("DELETE FROM clone_adapters WHERE clone = ?", clone.id)
                try tx.execute("DELETE FROM clone_trainings WHERE clone = ?", clone.id)
            }
            return clone
        }
    }

    /// Takes the word back for now. Nil where there is no clone.
    @discardableResult
    public func pause(_ person: PersonKey, in guild: GuildKey, at now: Timestamp) async throws -> Clone? {
        try await database.write { tx in
            try tx.execute("UPDATE clones SET state = 'paused' WHERE person = ? AND guild = ?", person, guild)
            try tx.withdrawConsent(to: .clone, by: person, in: guild, through: .command, at: now)
            return try tx.clone(of: person, in: guild)
        }
    }

    public func clone(of person: PersonKey, in guild: GuildKey) async throws -> Clone? {
        try await database.read { try $0.clone(of: person, in: guild) }
    }

    public func clone(_ id: Clone.ID) async throws -> Clone? {
        try await database.read { tx in try tx.row("SELECT * FROM clones WHERE id = ?", id).map(Clone.init) }
    }

    /// All of a guild, or all there are, the oldest first.
    public func clones(in guild: GuildKey? = nil, limit: Int = 1_000) async throws -> [Clone] {
        try await database.read { tx in
            guard let guild else { return try tx.rows("SELECT * FROM clones ORDER BY id LIMIT ?", limit).map(Clone.init) }
            return try tx.rows("SELECT * FROM clones WHERE guild = ? ORDER BY id LIMIT ?", guild, limit).map(Clone.init)
        }
    }

    public func holdings(of clone: Clone.ID) async throws -> CloneHoldings {
        try await database.read { try $0.holdings(of: clone) }
    }

    /// Erases the person's clones, of one guild or everywhere: words, examples, what they said and how it was liked. Counted.
    public func erase(_ person: PersonKey, in guild: GuildKey? = nil, at now: Timestamp) async throws -> CloneErasure {
        try await database.write { tx in
            for clone in try tx.clones(of: person) where guild == nil || clone.guild == guild {
                try tx.withdrawConsent(to: .clone, by: person, in: clone.guild, through: .command, at: now)
            }
            return try tx.eraseClones(of: person, in: guild)
        }
    }
}

extension Transaction {
    func clone(of person: PersonKey, in guild: GuildKey) throws -> Clone? {
        try row("SELECT * FROM clones WHERE person = ? AND guild = ?", person, guild).map(Clone.init)
    }

    func holdings(of clone: Clone.ID) throws -> CloneHoldings {
        var holdings = CloneHoldings()
        holdings.examples = try value(sql: "SELECT COUNT(*) FROM clone_examples WHERE clone = ?", clone) ?? 0
        holdings.lines = try value(sql: "SELECT COUNT(*) FROM clone_lines WHERE clone = ?", clone) ?? 0
        holdings.adapters = try value(sql: "SELECT COUNT(*) FROM clone_adapters WHERE clone = ?", clone) ?? 0
        let ratings = """
            FROM clone_ratings r JOIN clone_lines l ON l.request_id = r.request_id WHERE l.clone = ?
            """
        holdings.ratings = try value(sql: "SELECT COUNT(*) \(ratings)", clone) ?? 0
        holdings.points = try value(sql: "SELECT CAST(COALESCE(SUM(r.points), 0) AS BIGINT) \(ratings)", clone) ?? 0
        return holdings
    }

    func clones(of person: PersonKey) throws -> [Clone] {
        try rows("SELECT * FROM clones WHERE person = ? ORDER BY id", person).map(Clone.init)
    }

    func eraseClones(of person: PersonKey, in guild: GuildKey?) throws -> CloneErasure {
        var erasure = CloneErasure()
        for clone in try clones(of: person) where guild == nil || clone.guild == guild {
            let held = try holdings(of: clone.id)
            erasure.clones += 1
            erasure.holdings.examples += held.examples
            erasure.holdings.lines += held.lines
            erasure.holdings.ratings += held.ratings
            erasure.holdings.points += held.points
            erasure.holdings.adapters += held.adapters
            erasure.requests += try rows("SELECT request_id FROM clone_lines WHERE clone = ?", clone.id).map {
                try $0.get("request_id")
            }
            try execute("DELETE FROM clones WHERE id = ?", clone.id)
        }
        return erasure
    }
}
