import Storage
import Support

/// Questions on their way to their answers: what is asked, what has been written, and in which messages it is shown.
public struct ExchangeStore: Sendable {
    let database: Database
    /// Tells, in this process and at once, of drafts that grew.
    public let drafted = Broadcast<RequestID>()

    public init(_ database: Database) { self.database = database }

    // MARK: Asking

    /// Keeps a question, once for its request; what is there stays.
    public func ask(_ exchange: Exchange) async throws {
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO exchanges (
                    request_id, conversation, guild, channel, person, is_remembered, question, draft, draft_reasoning, draft_fence, asked_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, '', '', 0, ?) ON CONFLICT (request_id) DO NOTHING
                """, exchange.requestID, exchange.key.description, exchange.guild, exchange.channel, exchange.person,
                exchange.isRemembered, exchange.question, exchange.askedAt)
        }
    }

    public func exchange(_ requestID: RequestID) async throws -> Exchange? {
        try await database.read { try $0.row("SELECT * FROM exchanges WHERE request_id = ?", requestID).map(Exchange.init) }
    }

    /// Those that have no answer yet, the oldest first.
    public func unanswered(limit: Int) async throws -> [RequestID] {
        try await database.read { tx in
            try tx.rows("SELECT request_id FROM exchanges WHERE answered_at IS NULL ORDER BY asked_at, request_id LIMIT ?", limit)
                .map { try $0.get("request_id") }
        }
    }

    // MARK: Answering

    /// Puts down what has been written so far; refused, and false, once there is an answer or a later attempt writes.
    ///
    /// - Parameter fence: grows with every attempt.
    @discardableResult
    public func draft(_ draft: Exchange.Draft, of requestID: RequestID, fence: Int64) async throws -> Bool {
        let changed = try await database.write { tx in
            try tx.execute(
                """
                UPDATE exchanges SET draft = ?, draft_reasoning = ?, draft_fence = ?
                WHERE request_id = ? AND answered_at IS NULL AND draft_fence <= ?
                """, draft.text.kept(.max), draft.reasoning.kept(.max), fence, requestID, fence)
        }
        if changed > 0 { drafted.send(requestID) }
        return changed > 0
    }

    /// Puts down the whole answer. The first one stays, and is returned; nil if the question is gone.
    public func answer(
        _ requestID: RequestID, text: String, reasoning: String, details: String, at now: Timestamp
    ) async throws -> Exchange.Answer? {
        try await database.write { tx in
            try tx.execute(
                """
                UPDATE exchanges SET answer = ?, answer_reasoning = ?, answer_details = ?, answered_at = ?, draft = '', draft_reasoning = ''
                WHERE request_id = ? AND answered_at IS NULL
                """, text.kept(.max), reasoning.kept(.max), details, now, requestID)
            return try tx.row("SELECT * FROM exchanges WHERE request_id = ?", requestID).flatMap { try Exchange($0).answer }
        }
    }

    // MARK: Messages

    /// Notes the message that shows a piece of the answer. The first one for a piece stays, and is returned; nil if the question is gone.
    public func note(_ message: MessageKey, as position: Int, of requestID: RequestID) async throws -> MessageKey? {
        try await database.write { tx in
            guard try tx.row("SELECT request_id FROM exchanges WHERE request_id = ?", requestID) != nil else { return nil }
            try tx.execute(
                "INSERT INTO exchange_messages (request_id, position, message) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", requestID,
                position,
                message)
            return try tx.value(
                sql: "SELECT message FROM exchange_messages WHERE request_id = ? AND position = ?", requestID, position)
        }
    }

    /// The messages that show the answer, in order.
    public func messages(of requestID: RequestID) async throws -> [Int: MessageKey] {
        try await database.read { tx in
            try tx.rows("SELECT position, message FROM exchange_messages WHERE request_id = ?", requestID)
                .reduce(into: [:]) { $0[try $1.get("position", as: Int.self)] = try $1.get("message", as: MessageKey.self) }
        }
    }

    /// The exchange whose answer a message shows.
    public func exchange(shownIn message: MessageKey) async throws -> Exchange? {
        try await database.read { tx in
            try tx.row(
                "SELECT e.* FROM exchanges e JOIN exchange_messages m ON m.request_id = e.request_id WHERE m.message = ?", message
            ).map(Exchange.init)
        }
    }

    /// Gives the messages of one exchange to another, which will show its answer in them.
    public func handOver(messagesOf old: RequestID, to new: RequestID) async throws {
        try await database.write { tx in
            guard try tx.row("SELECT request_id FROM exchanges WHERE request_id = ?", new) != nil,
                try tx.row("SELECT message FROM exchange_messages WHERE request_id = ?", new) == nil
            else { return }
            try tx.execute("UPDATE exchange_messages SET request_id = ? WHERE request_id = ?", new, old)
        }
    }

    // MARK: Forgetting

    public func remove(_ requestID: RequestID) async throws {
        _ = try await database.write { try $0.execute("DELETE FROM exchanges WHERE request_id = ?", requestID) }
    }

    /// Removes those answered before one moment, or asked before another and never answered; at most so many. Returns how many.
    public func remove(answeredBefore moment: Timestamp, askedBefore older: Timestamp, limit: Int = 1_000) async throws -> Int {
        try await database.write { tx in
            try tx.execute(
                """
                DELETE FROM exchanges WHERE request_id IN (
                    SELECT request_id FROM exchanges WHERE asked_at < ? AND (answered_at < ? OR asked_at < ?)
                    ORDER BY asked_at, request_id LIMIT ?)
                """, moment, moment, older, limit)
        }
    }
}

extension Exchange {
    init(_ row: SQLRow) throws {
        guard let key = ConversationKey(try row.get("conversation", as: String.self)) else { throw UnknownValue(column: "conversation") }
        self.init(
            requestID: try row.get("request_id"), key: key, guild: try row.get("guild"), channel: try row.get("channel"),
            person: try row.get("person"), isRemembered: try row.get("is_remembered"), question: try row.get("question"),
            askedAt: try row.get("asked_at"))
        draft = Draft(text: try row.get("draft"), reasoning: try row.get("draft_reasoning"))
        if let text: String = try row.get("answer"), let answeredAt: Timestamp = try row.get("answered_at") {
            answer = Answer(
                text: text, reasoning: try row.get("answer_reasoning", as: String?.self) ?? "", details: try row.get("answer_details"),
                answeredAt: answeredAt)
        }
    }
}
