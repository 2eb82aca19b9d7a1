import Storage
import Support

/// Conversations and their turns, each in its own: a turn goes on from a turn of the same conversation or from nothing.
///
/// Kept only of people who allowed it; asking whether they did is the caller's part, ``ConsentStore`` tells. Every call may be
/// repeated without harm. The file beside this one forgets.
public struct ConversationStore: Sendable {
    /// Turns that are looked at on the way back from the last; older ones live on in summaries.
    public static let pathLimit = 2_000

    let database: Database

    public init(_ database: Database) { self.database = database }

    // MARK: Keeping

    /// Keeps a turn, once for its request and role in its conversation; what is there stays as it is.
    @discardableResult
    public func append(_ turn: NewTurn, at now: Timestamp) async throws -> Turn {
        try await database.write { tx in try tx.append(turn, at: now) }
    }

    /// Puts other words in place of a turn's: it was edited, or written again. Summaries that tell of the old ones go.
    ///
    /// - Returns: nil if there is no such turn any more.
    @discardableResult
    public func rewrite(
        _ id: Turn.ID, content: String, reasoning: String? = nil, model: String? = nil, messages: [MessageKey] = [], at now: Timestamp
    ) async throws -> Turn? {
        let (content, reasoning) = (content.kept(NewTurn.contentLimit), reasoning?.kept(NewTurn.contentLimit))
        return try await database.write { tx in
            guard let turn = try tx.turn(id) else { return nil }
            try tx.execute(
                "UPDATE turns SET content = ?, reasoning = ?, model = ?, edited_at = ? WHERE id = ?", content, reasoning,
                model ?? turn.model,
                now, id)
            try tx.link(messages, to: id)
            try tx.dropSummaries(telling: id)
            return try tx.turn(id)
        }
    }

    /// Notes further messages in which a turn stands.
    public func link(_ messages: [MessageKey], to id: Turn.ID) async throws {
        try await database.write { tx in if try tx.turn(id) != nil { try tx.link(messages, to: id) } }
    }

    /// Copies a conversation, up to and with a turn, under a new key. Done once: what is there under the key stays.
    ///
    /// - Returns: how many turns were copied; nil if there is no such turn or the key is in use.
    @discardableResult
    public func fork(upTo id: Turn.ID, as key: ConversationKey, in guild: GuildKey, at now: Timestamp) async throws -> Int? {
        try await database.write { tx in
            guard try tx.conversation(key) == nil else { return nil }
            let turns = try tx.path(to: id, limit: Self.pathLimit)
            for turn in turns {
                let files = try tx.files(of: turn.id)
                let copy = NewTurn(
                    key, in: guild, requestID: turn.requestID, role: turn.role, person: turn.person, speaker: turn.speaker,
                    content: turn.content, reasoning: turn.reasoning, model: turn.model, files: files)
                _ = try tx.append(copy, at: turn.saidAt)
            }
            try tx.execute("UPDATE conversations SET said_at = ? WHERE name = ?", now, key.description)
            return turns.isEmpty ? nil : turns.count
        }
    }

    /// Keeps a summary of a path to a turn, in place of an older one; not if the path has changed since it was read, for then the
    /// summary may tell what is to be forgotten.
    public func summarise(_ path: ConversationPath, as text: String, model: String, at now: Timestamp) async throws {
        let text = text.kept(Summary.limit)
        guard !text.isEmpty, let last = path.turns.last else { return }
        try await database.write { tx in
            guard try tx.conversationPath(to: last.id) == path else { return }
            try tx.execute(
                """
                INSERT INTO summaries (turn, content, model, made_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (turn) DO UPDATE SET content = excluded.content, model = excluded.model, made_at = excluded.made_at
                """, last.id, text, model, now)
        }
    }

    // MARK: Looking

    /// The turn in which a message stands.
    public func turn(in message: MessageKey) async throws -> Turn? {
        try await database.read { tx in
            try tx.row("\(Transaction.turns) JOIN turn_messages m ON m.turn = t.id WHERE m.message = ?", message).map(Turn.init)
        }
    }

    public func turn(_ id: Turn.ID) async throws -> Turn? { try await database.read { try $0.turn(id) } }

    /// What was asked or answered under a request in a conversation.
    public func turn(of requestID: RequestID, _ role: Turn.Role, in key: ConversationKey) async throws -> Turn? {
        try await database.read { tx in
            try tx.row(
                "\(Transaction.turns) WHERE c.name = ? AND t.request_id = ? AND t.role = ?", key.description, requestID, role.rawValue
            ).map(Turn.init)
        }
    }

    /// The last turn of a conversation: from there a linear one goes on.
    public func last(of key: ConversationKey) async throws -> Turn? {
        try await database.read { tx in
            try tx.row("\(Transaction.turns) WHERE c.name = ? AND t.id = c.last_turn", key.description).map(Turn.init)
        }
    }

    /// What a person said last, or was answered last, in a channel, in whatever conversation.
    public func latest(of person: PersonKey, in channel: ChannelKey) async throws -> Turn? {
        try await database.read { tx in
            try tx.row("\(Transaction.turns) WHERE t.person = ? AND c.channel = ? ORDER BY t.id DESC LIMIT 1", person, channel).map(
                Turn.init)
        }
    }

    /// Whether anything is kept under this key.
    public func exists(_ key: ConversationKey) async throws -> Bool { try await database.read { try $0.conversation(key) != nil } }

    /// What leads to a turn, and the turn itself: from the nearest summary on, else from the beginning.
    public func path(to id: Turn.ID) async throws -> ConversationPath { try await database.read { try $0.conversationPath(to: id) } }

    /// The messages in which a turn stands, in their order.
    public func messages(of id: Turn.ID) async throws -> [MessageKey] { try await database.read { try $0.messages(of: id) } }

    /// The pictures of a turn.
    public func files(of id: Turn.ID) async throws -> [TurnFile] { try await database.read { try $0.files(of: id) } }
}
