import Memory
import Support

/// Makes turns of questions and answers, where the person allows it; each once.
struct TurnKeeper: Sendable {
    let memories: Memories
    /// What the bot is called.
    let name: String

    /// The turn that a question is; nil if it is not to be remembered.
    func keepQuestion(
        _ question: ChatQuestion, _ exchange: Exchange, _ reading: AttachmentReader.Reading, at now: Timestamp
    ) async throws -> Turn? {
        guard try await isAllowed(exchange) else { return nil }
        switch question.task {
        case .answer:
            return try await memories.conversations.append(
                NewTurn(
                    exchange.key, in: exchange.guild, place(of: question, exchange), requestID: exchange.requestID, role: .user,
                    person: exchange.person,
                    speaker: question.speaker, content: question.text + reading.text,
                    messages: question.message.map { [$0] } ?? [], files: reading.pictures), at: now)
        case .again(let id?), .goOn(let id?, _): return try await memories.conversations.turn(id)
        case .again(nil), .goOn(nil, _): return nil
        }
    }

    /// Now, when what it follows has been written: conversations are answered one question after the other.
    private func place(of question: ChatQuestion, _ exchange: Exchange) async throws -> NewTurn.Place {
        guard let following = question.following, !exchange.key.isLinear else { return question.place }
        let conversations = memories.conversations
        for role in [Turn.Role.assistant, .user] {
            if let turn = try await conversations.turn(of: following, role, in: exchange.key) { return .after(turn.id) }
        }
        return question.place
    }

    func keep(_ answer: Exchange.Answer, _ question: ChatQuestion, _ exchange: Exchange, at now: Timestamp) async throws {
        guard try await isAllowed(exchange) else { return }
        let details = exchange.decodeDetails(of: answer)
        let reasoning = answer.reasoning.isEmpty ? nil : answer.reasoning
        switch question.task {
        case .answer:
            guard let asked = try await memories.conversations.turn(of: exchange.requestID, .user, in: exchange.key) else { return }
            try await memories.conversations.append(
                NewTurn(
                    exchange.key, in: exchange.guild, exchange.key.isLinear ? .last : .after(asked.id), requestID: exchange.requestID,
                    role: .assistant, person: exchange.person, speaker: question.persona?.name ?? name, content: answer.text,
                    reasoning: reasoning, model: details?.model), at: now)
        case .again(let id?):
            try await memories.conversations.rewrite(id, content: answer.text, reasoning: reasoning, model: details?.model, at: now)
        case .goOn(let id?, let soFar):
            try await memories.conversations.rewrite(id, content: soFar + "\n" + answer.text, model: details?.model, at: now)
        case .again(nil), .goOn(nil, _): break
        }
    }

    /// Allowed when it was asked, and not withdrawn since.
    private func isAllowed(_ exchange: Exchange) async throws -> Bool {
        guard exchange.isRemembered else { return false }
        return try await memories.consents.allows(exchange.person, in: exchange.guild, .history)
    }
}
