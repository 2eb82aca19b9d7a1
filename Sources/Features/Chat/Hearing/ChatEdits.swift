import Discord
import DiscordModels
import Jobs
import Logging
import Memory
import Support

/// Follows what people do to messages after the bot has heard them: an edited question is answered anew in the same messages, a
/// deleted one is forgotten.
struct ChatEdits: Sendable {
    let jobs: any JobQueue
    let memories: Memories
    let submission: ChatSubmission
    let selfhood: Selfhood
    let replies: DiscordReplies
    let clock: any WallClock
    let logger: Logger

    // MARK: Edited

    func hear(_ update: MessageUpdate) async throws {
        guard let content = update.content, let author = update.author, author.isBot != true, let editedAt = update.editedTimestamp,
            let requestID = Self.requestID(of: update.id, editedAt: editedAt), !content.isEmpty
        else { return }
        let (message, old) = (MessageKey(update.id.rawValue), RequestID(update.id.rawValue))
        let user = try await selfhood.user()
        let text = AddressingRule(ourselves: PersonKey(user.id.rawValue), name: user.displayName, settings: .init())
            .withoutOurMention(content)
        guard !text.isEmpty else { return }
        let turn = try await memories.conversations.turn(in: message)
        let exchange = try await memories.exchanges.exchange(old)
        if let turn, turn.role == .user {
            // What was read from files stays.
            let files = turn.content.ranges(of: AttachmentReader.fileMark).first.map { String(turn.content[$0.lowerBound...]) } ?? ""
            guard turn.content != text + files else { return }
            try await memories.conversations.rewrite(turn.id, content: text + files, at: clock.now())
            // Only the last word of a conversation is answered anew; what was built upon an older one stays.
            guard try await isLast(turn) else { return }
        }
        guard let job = try await jobs.job(old), job.state == .completed, let order = try? job.arguments.decode(ChatOrder.self),
            var question = try exchange.map({ try $0.decodeQuestion() }), let exchange, exchange.answer != nil, question.text != text
        else { return }
        let answered = try await memories.conversations.turn(of: old, .assistant, in: exchange.key)
        (question.text, question.task, question.offersMemory) = (text, .again(answered?.id), false)
        try await submission.submit(
            question, in: exchange.key, remembered: exchange.isRemembered && turn != nil, order, as: requestID, roles: [], inPlaceOf: old)
    }

    private func isLast(_ turn: Turn) async throws -> Bool {
        guard let last = try await memories.conversations.last(of: turn.key) else { return false }
        return last.requestID == turn.requestID
    }

    /// The id of an edit: the same however often it is heard, another for another edit. Laid out like a snowflake of its moment.
    static func requestID(of message: MessageID, editedAt text: String) -> RequestID? {
        guard let moment = DiscordTime.milliseconds(text), moment >= discordEpochMilliseconds else { return nil }
        return RequestID(UInt64(moment - discordEpochMilliseconds) << 22 | message.rawValue & 0x3F_FFFF)
    }

    // MARK: Deleted

    func forget(_ messages: [MessageID], in channel: ChannelID) async throws {
        let receipt = try await memories.conversations.forget(messages: messages.map { MessageKey($0.rawValue) })
        if !receipt.isEmpty {
            logger.info("Deleted messages were forgotten", metadata: ["turns": "\(receipt.turns)", "answers": "\(receipt.answers)"])
        }
        for message in messages {
            let requestID = RequestID(message.rawValue)
            guard try await memories.exchanges.exchange(requestID) != nil else { continue }
            let shown = try await memories.exchanges.messages(of: requestID)
            let isAnswered = try await jobs.job(requestID)?.state.isFinal ?? true
            try await memories.exchanges.remove(requestID)
            // An answer under way is of no use to anybody.
            if !isAnswered { for message in shown.values { await replies.delete(MessageID(message.rawValue), in: channel) } }
        }
    }
}

extension Exchange {
    func decodeQuestion() throws -> ChatQuestion { try JobPayload(bytes: question).decode() }

    func decodeDetails() -> ChatDetails? { answer.flatMap { decodeDetails(of: $0) } }

    func decodeDetails(of answer: Answer) -> ChatDetails? { try? JobPayload(bytes: Array(answer.details.utf8)).decode() }
}
