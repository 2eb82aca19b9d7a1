import Storage
import Support

// The statements that several operations share, inside of the caller's transaction.

extension Transaction {
    /// Turns as `t` with their conversation as `c`.
    static let turns = "SELECT t.*, c.name, c.guild FROM turns t JOIN conversations c ON c.id = t.conversation"

    func conversation(_ key: ConversationKey) throws -> Int64? {
        try value(sql: "SELECT id FROM conversations WHERE name = ?", key.description)
    }

    func turn(_ id: Turn.ID) throws -> Turn? { try row("\(Self.turns) WHERE t.id = ?", id).map(Turn.init) }

    /// The turns from the first to this one.
    func path(to id: Turn.ID, limit: Int) throws -> [Turn] {
        try rows(
            """
            WITH RECURSIVE path (id, parent, depth) AS (
                SELECT id, parent, 0 FROM turns WHERE id = ?
                UNION ALL SELECT t.id, t.parent, p.depth + 1 FROM turns t JOIN path p ON t.id = p.parent WHERE p.depth < ?
            )
            SELECT t.*, c.name, c.guild FROM path p JOIN turns t ON t.id = p.id JOIN conversations c ON c.id = t.conversation
            ORDER BY p.depth DESC
            """, id, limit - 1
        ).map(Turn.init)
    }

    /// The same from the nearest summary on.
    func conversationPath(to id: Turn.ID) throws -> ConversationPath {
        let turns = try path(to: id, limit: ConversationStore.pathLimit)
        let summary = try row(
            """
            WITH RECURSIVE path (id, parent, depth) AS (
                SELECT id, parent, 0 FROM turns WHERE id = ?
                UNION ALL SELECT t.id, t.parent, p.depth + 1 FROM turns t JOIN path p ON t.id = p.parent
            )
            SELECT s.* FROM summaries s JOIN path p ON p.id = s.turn ORDER BY p.depth LIMIT 1
            """, id
        ).map(Summary.init)
        guard let summary else { return ConversationPath(turns: turns) }
        return ConversationPath(summary: summary, turns: turns.filter { $0.id > summary.through })
    }

    func append(_ turn: NewTurn, at now: Timestamp) throws -> Turn {
        let conversation = try conversation(turn.key) ?? open(turn.key, in: turn.guild, at: now)
        if let known = try row(
            "\(Self.turns) WHERE t.conversation = ? AND t.request_id = ? AND t.role = ?", conversation, turn.requestID, turn.role.rawValue)
        {
            let known = try Turn(known)
            try link(turn.messages, to: known.id)
            return known
        }
        var parent: Turn.ID?
        switch turn.place {
        case .last: parent = try value(sql: "SELECT last_turn FROM conversations WHERE id = ?", conversation)
        case .after(let id): parent = try value(sql: "SELECT id FROM turns WHERE id = ? AND conversation = ?", id, conversation)
        }
        let row = try row(
            """
            INSERT INTO turns (conversation, parent, request_id, role, person, speaker, content, reasoning, model, said_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
            """, conversation, parent, turn.requestID, turn.role.rawValue, turn.person, turn.speaker, turn.content, turn.reasoning,
            turn.model, now)
        guard let id: Turn.ID = try row?.get("id"), let guild: GuildKey = try value(sql: Self.guildOf, conversation) else {
            throw UnknownValue(column: "id")
        }
        try execute("UPDATE conversations SET last_turn = ?, said_at = ? WHERE id = ?", id, now, conversation)
        try link(turn.messages, to: id)
        for (position, file) in turn.files.enumerated() {
            try execute(
                "INSERT INTO turn_files (turn, position, content_type, bytes) VALUES (?, ?, ?, ?)", id, position, file.contentType,
                file.bytes)
        }
        return Turn(
            id: id, key: turn.key, guild: guild, parent: parent, requestID: turn.requestID, role: turn.role, person: turn.person,
            speaker: turn.speaker, content: turn.content, reasoning: turn.reasoning, model: turn.model, saidAt: now, editedAt: nil)
    }

    private static let guildOf = "SELECT guild FROM conversations WHERE id = ?"

    private func open(_ key: ConversationKey, in guild: GuildKey, at now: Timestamp) throws -> Int64 {
        let row = try row(
            "INSERT INTO conversations (name, guild, channel, started_at, said_at) VALUES (?, ?, ?, ?, ?) RETURNING id", key.description,
            guild, key.channel, now, now)
        guard let id: Int64 = try row?.get("id") else { throw UnknownValue(column: "id") }
        return id
    }

    /// A message that stands in a turn already stays there.
    func link(_ messages: [MessageKey], to id: Turn.ID) throws {
        for message in messages {
            try execute("INSERT INTO turn_messages (message, turn) VALUES (?, ?) ON CONFLICT (message) DO NOTHING", message, id)
        }
    }

    func files(of id: Turn.ID) throws -> [TurnFile] {
        try rows("SELECT content_type, bytes FROM turn_files WHERE turn = ? ORDER BY position", id)
            .map { TurnFile(contentType: try $0.get("content_type"), bytes: try $0.get("bytes")) }
    }

    /// Summaries of the turn's conversation from it on: one of them may tell what it said.
    @discardableResult
    func dropSummaries(telling id: Turn.ID) throws -> Int {
        try execute(
            """
            DELETE FROM summaries WHERE turn >= ? AND turn IN (
                SELECT id FROM turns WHERE conversation = (SELECT conversation FROM turns WHERE id = ?))
            """, id, id)
    }
}

extension Turn {
    init(_ row: SQLRow) throws {
        guard let key = ConversationKey(try row.get("name", as: String.self)) else { throw UnknownValue(column: "name") }
        self.init(
            id: try row.get("id"), key: key, guild: try row.get("guild"), parent: try row.get("parent"),
            requestID: try row.get("request_id"),
            role: try row.choice("role"), person: try row.get("person"), speaker: try row.get("speaker"), content: try row.get("content"),
            reasoning: try row.get("reasoning"), model: try row.get("model"), saidAt: try row.get("said_at"),
            editedAt: try row.get("edited_at"))
    }
}

extension Summary {
    init(_ row: SQLRow) throws {
        self.init(
            through: try row.get("turn"), text: try row.get("content"), model: try row.get("model"), madeAt: try row.get("made_at"))
    }
}
