import Storage
import Support

/// All that this room keeps of one person: to be shown, handed out, and erased.
public struct PersonalRecords: Sendable {
    let database: Database

    public init(_ database: Database) { self.database = database }

    /// Everything, as it is kept.
    public func export(_ person: PersonKey) async throws -> PersonalExport {
        try await database.read { tx in
            var export = PersonalExport(person: person)
            export.consents = try tx.consents(of: person)
            export.settings = try tx.settings(of: .person(person))
            export.turns = try tx.rows("\(Transaction.turns) WHERE t.person = ? ORDER BY t.id", person).map { row in
                let turn = try Turn(row)
                return PersonalExport.KeptTurn(turn, messages: try tx.messages(of: turn.id))
            }
            export.pictures = try tx.rows(
                """
                SELECT f.* FROM turn_files f JOIN turns t ON t.id = f.turn WHERE t.person = ? ORDER BY f.turn, f.position
                """, person
            ).map { row in
                PersonalExport.Picture(
                    turn: try row.get("turn"), position: try row.get("position"), contentType: try row.get("content_type"),
                    bytes: try row.get("bytes"))
            }
            export.exchanges = try tx.rows("SELECT * FROM exchanges WHERE person = ? ORDER BY request_id", person).map { row in
                let exchange = try Exchange(row)
                return PersonalExport.OpenExchange(
                    requestID: exchange.requestID, conversation: exchange.key, guild: exchange.guild, askedAt: exchange.askedAt,
                    question: String(decoding: exchange.question, as: UTF8.self),
                    answer: exchange.answer?.text ?? exchange.draft.text)
            }
            export.clones = try tx.clones(of: person).map { clone in
                PersonalExport.KeptClone(
                    guild: clone.guild, name: clone.name, words: clone.words, wordsBy: clone.wordsBy, allowedAt: clone.allowedAt,
                    state: clone.state,
                    examples: try tx.rows("SELECT content FROM clone_examples WHERE clone = ? ORDER BY id", clone.id).map {
                        try $0.get("content")
                    },
                    lines: try tx.rows("SELECT content FROM clone_lines WHERE clone = ? ORDER BY said_at", clone.id).map {
                        try $0.get("content")
                    })
            }
            return export
        }
    }

    /// How much there is.
    public func count(_ person: PersonKey) async throws -> ErasureReceipt {
        try await database.read { tx in
            func count(_ sql: String) throws -> Int { try tx.value(sql: sql, person) ?? 0 }
            var receipt = ErasureReceipt()
            receipt.memory.turns = try count("SELECT COUNT(*) FROM turns WHERE person = ? AND role = 'user'")
            receipt.memory.answers = try count("SELECT COUNT(*) FROM turns WHERE person = ? AND role = 'assistant'")
            receipt.memory.pictures = try count("SELECT COUNT(*) FROM turn_files f JOIN turns t ON t.id = f.turn WHERE t.person = ?")
            receipt.memory.summaries = try count(
                """
                SELECT COUNT(*) FROM summaries s JOIN turns t ON t.id = s.turn
                WHERE EXISTS (SELECT 1 FROM turns o WHERE o.conversation = t.conversation AND o.person = ? AND o.id <= t.id)
                """)
            receipt.memory.conversations = try count("SELECT COUNT(DISTINCT conversation) FROM turns WHERE person = ?")
            receipt.exchanges = try count("SELECT COUNT(*) FROM exchanges WHERE person = ?")
            receipt.settings = try count("SELECT COUNT(*) FROM conversation_settings WHERE level = 'person' AND holder = ?")
            receipt.consents = try count("SELECT COUNT(*) FROM consents WHERE person = ?")
            receipt.clones = try count("SELECT COUNT(*) FROM clones WHERE person = ?")
            return receipt
        }
    }

    /// Removes everything, in one transaction, and counts it. What people set for a whole channel or guild stays, without their name.
    public func erase(_ person: PersonKey) async throws -> ErasureReceipt {
        try await database.write { tx in
            var receipt = ErasureReceipt()
            receipt.memory = try tx.forgetTurns(of: person, in: nil)
            receipt.exchanges = try tx.execute("DELETE FROM exchanges WHERE person = ?", person)
            receipt.settings = try tx.execute("DELETE FROM conversation_settings WHERE level = 'person' AND holder = ?", person)
            try tx.execute("UPDATE conversation_settings SET changed_by = NULL WHERE changed_by = ?", person)
            receipt.clones = try tx.eraseClones(of: person, in: nil).clones
            receipt.consents = try tx.execute("DELETE FROM consents WHERE person = ?", person)
            return receipt
        }
    }
}

extension Transaction {
    func messages(of turn: Turn.ID) throws -> [MessageKey] {
        try rows("SELECT message FROM turn_messages WHERE turn = ? ORDER BY message", turn).map { try $0.get("message") }
    }
}
