import Inference
import Synchronization

/// A model that writes what it is told to, word by word: it may think, wait, fail, or stop halfway.
final class PlainWriter: TextModel {
    struct Behaviour: Sendable {
        /// What it answers; unless told otherwise, what it was told last, and how many messages there were.
        var answer: @Sendable (TextRequest) -> String = { request in
            "\(request.messages.count(where: { $0.role != .system })): \(request.messages.last?.content ?? "")"
        }
        var reasoning = ""
        /// Goes on after the first half only when this has happened.
        var gate: Gate?
        var error: ModelError?
        /// Errors are over after this many calls.
        var failures = Int.max
    }

    let card: TextModelCard
    private let behaviour: Behaviour
    private let asked = Mutex<[TextRequest]>([])

    init(
        name: String = "plain", contextTokens: Int = 4_096, seesImages: Bool = false, defaults: TextOptions = TextOptions(),
        _ behaviour: Behaviour = Behaviour()
    ) {
        card = TextModelCard(
            name: name, summary: "Says it again", contextTokens: contextTokens, seesImages: seesImages, defaults: defaults)
        self.behaviour = behaviour
    }

    /// What it was asked so far.
    var requests: [TextRequest] { asked.withLock { $0 } }

    func stream(_ request: TextRequest) -> AsyncThrowingStream<TextEvent, any Error> {
        let calls = asked.withLock { asked in
            asked.append(request)
            return asked.count
        }
        let (behaviour, card) = (behaviour, card)
        return AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    if let error = behaviour.error, calls <= behaviour.failures { throw error }
                    if !behaviour.reasoning.isEmpty { continuation.yield(.reasoning(behaviour.reasoning)) }
                    let pieces = Self.pieces(behaviour.answer(request))
                    let limit = request.options.maxTokens ?? .max
                    for (index, piece) in pieces.prefix(limit).enumerated() {
                        if index == pieces.count / 2, let gate = behaviour.gate { try await gate.pass() }
                        try Task.checkCancellation()
                        continuation.yield(.text(piece))
                    }
                    let usage = TextUsage(promptTokens: card.tokens(request.messages), completionTokens: min(limit, pieces.count))
                    continuation.yield(.finished(.init(finishReason: pieces.count > limit ? .length : .stop, usage: usage)))
                    continuation.finish()
                } catch { continuation.finish(throwing: error) }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func countTokens(_ messages: [ChatMessage]) async throws -> Int { card.tokens(messages) }

    /// Words, each with the space before it.
    private static func pieces(_ text: String) -> [String] {
        text.reduce(into: [String]()) { pieces, character in
            if character == " " || pieces.isEmpty { pieces.append("") }
            pieces[pieces.count - 1].append(character)
        }
    }
}

extension TextModelCard {
    /// A word is a token, and a message takes three more.
    fileprivate func tokens(_ messages: [ChatMessage]) -> Int {
        messages.reduce(0) { $0 + 3 + $1.content.split(whereSeparator: \.isWhitespace).count + 50 * $1.images.count }
    }
}
