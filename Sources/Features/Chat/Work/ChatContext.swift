import Inference
import Memory

/// Gathers what a model is given to answer a question: from the conversation where it is remembered, else from the question alone.
struct ChatContext: Sendable {
    /// Turns, from the newest, whose pictures are looked up.
    static let turnsWithPictures = 8
    static let goOn = "Go on exactly where you stopped. Do not repeat anything."

    let conversations: ConversationStore
    /// What it is called; stands in the introduction where there is no persona.
    let name: String

    /// - Parameter asked: the turn that the question has become, if it is remembered.
    func build(
        _ question: ChatQuestion, asked: Turn?, reading: AttachmentReader.Reading, person: PersonKey, for model: any TextModel,
        options: TextOptions
    ) async throws -> ContextBuilder.Built {
        let card = model.card
        let path = try await path(question, asked)
        var entries = try await self.entries(path.turns, withPictures: card.seesImages)
        switch question.task {
        case .answer:
            if asked == nil { entries = [entry(question, reading, person)] }
        case .again(let turn): if turn == nil || entries.isEmpty { entries = [entry(question, reading, person)] }
        case .goOn(let turn, let soFar):
            if turn == nil || entries.isEmpty {
                entries = [
                    entry(question, reading, person), .init(role: .assistant, person: person, speaker: name, content: soFar),
                ]
            }
            entries.append(.init(role: .user, person: person, speaker: question.speaker, content: Self.goOn))
        }
        let builder = ContextBuilder(
            instructions: instructions(question.persona, card), contextTokens: card.contextTokens,
            answerTokens: min(options.maxTokens ?? min(1_024, card.contextTokens / 4), card.contextTokens / 2), seesImages: card.seesImages)
        return try await builder.build(summary: path.summary?.text, entries, count: model.countTokens)
    }

    private func path(_ question: ChatQuestion, _ asked: Turn?) async throws -> ConversationPath {
        switch question.task {
        case .answer: return try await asked.asyncFlatMap { try await conversations.path(to: $0.id) } ?? ConversationPath()
        case .again(let id):
            let parent = try await id.asyncFlatMap { try await conversations.turn($0)?.parent }
            return try await parent.asyncFlatMap { try await conversations.path(to: $0) } ?? ConversationPath()
        case .goOn(let id, _): return try await id.asyncFlatMap { try await conversations.path(to: $0) } ?? ConversationPath()
        }
    }

    func entries(_ turns: [Turn], withPictures: Bool) async throws -> [ContextBuilder.Entry] {
        var entries: [ContextBuilder.Entry] = []
        for (index, turn) in turns.enumerated() {
            let isNew = withPictures && turn.role == .user && index + Self.turnsWithPictures >= turns.count
            let images = isNew ? try await conversations.files(of: turn.id).map(\.bytes) : []
            entries.append(ContextBuilder.Entry(turn, images: images))
        }
        return entries
    }

    private func entry(_ question: ChatQuestion, _ reading: AttachmentReader.Reading, _ person: PersonKey) -> ContextBuilder.Entry {
        .init(
            role: .user, person: person, speaker: question.speaker, content: question.text + reading.text,
            images: reading.pictures.map(\.bytes))
    }

    /// A persona's own words; else a few about where it is. A small model has no room for them.
    func instructions(_ persona: Persona?, _ card: TextModelCard) -> String {
        if let persona { return persona.instructions }
        guard card.contextTokens >= 2_048 else { return "" }
        return """
            You are \(name), and you talk with people on Discord. Answer in the language of the question, plainly and not longer than \
            it takes. You may use Discord's Markdown.
            """
    }
}
