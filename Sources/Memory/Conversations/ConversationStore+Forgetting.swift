import Storage
import Support

/// Forgetting: turns go with their pictures and with every summary that could tell of them; what came after them goes on from
/// what came before them.
extension ConversationStore {
    /// Forgets what the person wrote last in a conversation, and what was answered.
    public func forgetLast(of person: PersonKey, in key: ConversationKey) async throws -> ForgetReceipt {
        try await database.write { tx in
            guard let conversation = try tx.conversation(key) else { return ForgetReceipt() }
            return try tx.forget(
                try tx.rows(
                    """
                    SELECT * FROM turns WHERE conversation = ? AND person = ? AND request_id = (
                        SELECT request_id FROM turns WHERE conversation = ? AND person = ? ORDER BY id DESC LIMIT 1)
                    """, conversation, person, conversation, person))
        }
    }

    /// Forgets what was asked under a request in a conversation, and what was answered.
    @discardableResult
    public func forget(request requestID: RequestID, in key: ConversationKey) async throws -> ForgetReceipt {
        try await database.write { tx in
            guard let conversation = try tx.conversation(key) else { return ForgetReceipt() }
            return try tx.forget(
                try tx.rows("SELECT * FROM turns WHERE conversation = ? AND request_id = ?", conversation, requestID))
        }
    }

    /// Forgets a whole conversation; of one that several people share, with `person`, only what concerns that person.
    public func forget(_ key: ConversationKey, of person: PersonKey? = nil) async throws -> ForgetReceipt {
        try await database.write { tx in
            guard let conversation = try tx.conversation(key) else { return ForgetReceipt() }
            guard let person else { return try tx.forget(try tx.rows("SELECT * FROM turns WHERE conversation = ?", conversation)) }
            return try tx.forget(try tx.rows("SELECT * FROM turns WHERE conversation = ? AND person = ?", conversation, person))
        }
    }

    /// Forgets what a person wrote and was answered; in one guild, or everywhere.
    public func forgetAll(of person: PersonKey, in guild: GuildKey? = nil) async throws -> ForgetReceipt {
        try await database.write { tx in try tx.forgetTurns(of: person, in: guild) }
    }

    /// Forgets the turns that stand in messages which are gone.
    public func forget(messages: [MessageKey]) async throws -> ForgetReceipt {
        try await database.write { tx in
            try messages.reduce(into: ForgetReceipt()) { sum, message in
                sum += try tx.forget(
                    try tx.rows("SELECT * FROM turns WHERE id = (SELECT turn FROM turn_messages WHERE message = ?)", message))
            }
        }
    }

    /// Forgets conversations in which nothing was said since a moment, at most so many.
    public func forget(quietSince moment: Timestamp, limit: Int = 100) async throws -> ForgetReceipt {
        try await database.write { tx in
            let old = try tx.rows("SELECT id FROM conversations WHERE said_at < ? ORDER BY said_at, id LIMIT ?", moment, limit)
            return try old.reduce(into: ForgetReceipt()) { sum, row in
                let id: Int64 = try row.get("id")
                sum += try tx.forget(try tx.rows("SELECT * FROM turns WHERE conversation = ?", id))
            }
        }
    }
}

extension Transaction {
    func forgetTurns(of person: PersonKey, in guild: GuildKey?) throws -> ForgetReceipt {
        guard let guild else { return try forget(try rows("SELECT * FROM turns WHERE person = ?", person)) }
        return try forget(
            try rows(
                "SELECT * FROM turns WHERE person = ? AND conversation IN (SELECT id FROM conversations WHERE guild = ?)", person, guild))
    }

    /// Removes turns.
    ///
    /// - Parameter rows: of the table `turns`, whole.
    func forget(_ rows: [SQLRow]) throws -> ForgetReceipt {
        struct Doomed {
            let id: Turn.ID
            let parent: Turn.ID?
            let conversation: Int64
            let role: Turn.Role
        }
        var receipt = ForgetReceipt()
        let doomed = try rows.map {
            Doomed(
                id: try $0.get("id"), parent: try $0.get("parent"), conversation: try $0.get("conversation"), role: try $0.choice("role"))
        }
        for (_, turns) in Dictionary(grouping: doomed, by: \.conversation) {
            if let oldest = turns.map(\.id).min() { receipt.summaries += try dropSummaries(telling: oldest) }
        }
        // The newest first, so that the turn before one is still there, or was never to go.
        for turn in doomed.sorted(by: { $0.id > $1.id }) {
            receipt.pictures += try value(Int.self, sql: "SELECT COUNT(*) FROM turn_files WHERE turn = ?", turn.id) ?? 0
            try execute("UPDATE turns SET parent = ? WHERE conversation = ? AND parent = ?", turn.parent, turn.conversation, turn.id)
            try execute("UPDATE conversations SET last_turn = ? WHERE id = ? AND last_turn = ?", turn.parent, turn.conversation, turn.id)
            try execute("DELETE FROM turns WHERE id = ?", turn.id)
            if turn.role == .user { receipt.turns += 1 } else { receipt.answers += 1 }
        }
        for conversation in Set(doomed.map(\.conversation)) {
            receipt.conversations += try execute(
                "DELETE FROM conversations WHERE id = ? AND NOT EXISTS (SELECT 1 FROM turns WHERE conversation = ?)", conversation,
                conversation)
        }
        return receipt
    }
}
