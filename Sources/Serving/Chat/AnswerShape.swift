import Inference

/// Answers as OpenAI writes them: whole, or in chunks.
struct AnswerShape: Sendable {
    let id: String
    let created: Int64
    let model: String
    let isChat: Bool

    private struct Object: Encodable {
        var id: String
        var object: String
        var created: Int64
        var model: String
        var choices: [Choice]
        var usage: Usage?
    }

    private struct Choice: Encodable {
        var message: Message?
        var delta: Message?
        var text: String?
        var reason: TextCompletion.FinishReason?

        private enum Keys: String, CodingKey { case index, message, delta, text, logprobs, finish_reason }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(0, forKey: .index)
            try container.encodeIfPresent(message, forKey: .message)
            try container.encodeIfPresent(delta, forKey: .delta)
            try container.encodeIfPresent(text, forKey: .text)
            try container.encodeNil(forKey: .logprobs)
            // Null until the end: clients look for the key.
            try container.encode(reason?.wire, forKey: .finish_reason)
        }
    }

    private struct Message: Encodable {
        var role: String?
        var content: String?
        var reasoning_content: String?
    }

    private struct Usage: Encodable {
        struct Details: Encodable { var cached_tokens: Int }
        var prompt_tokens: Int
        var completion_tokens: Int
        var total_tokens: Int
        var prompt_tokens_details: Details

        init(_ usage: TextUsage) {
            prompt_tokens = usage.promptTokens
            completion_tokens = usage.completionTokens
            total_tokens = usage.totalTokens
            prompt_tokens_details = Details(cached_tokens: usage.cachedTokens)
        }
    }

    private func object(_ choices: [Choice], usage: TextUsage? = nil, isChunk: Bool) -> [UInt8] {
        let kind = isChat ? (isChunk ? "chat.completion.chunk" : "chat.completion") : "text_completion"
        return Wire.json(
            Object(id: id, object: kind, created: created, model: model, choices: choices, usage: usage.map { Usage($0) }))
    }

    func whole(_ text: String, reasoning: String, _ completion: TextCompletion) -> [UInt8] {
        let message = Message(role: "assistant", content: text, reasoning_content: reasoning.isEmpty ? nil : reasoning)
        let choice =
            isChat ? Choice(message: message, reason: completion.finishReason) : Choice(text: text, reason: completion.finishReason)
        return object([choice], usage: completion.usage, isChunk: false)
    }

    /// The first chunk of a chat, which says who speaks; plain text has none.
    var opening: [UInt8]? { isChat ? object([Choice(delta: Message(role: "assistant", content: ""))], isChunk: true) : nil }

    func chunk(text: String) -> [UInt8] {
        object([isChat ? Choice(delta: Message(content: text)) : Choice(text: text)], isChunk: true)
    }

    /// Nil where the shape has no place for it.
    func chunk(reasoning: String) -> [UInt8]? {
        isChat ? object([Choice(delta: Message(reasoning_content: reasoning))], isChunk: true) : nil
    }

    func end(_ reason: TextCompletion.FinishReason) -> [UInt8] {
        object([isChat ? Choice(delta: Message(), reason: reason) : Choice(text: "", reason: reason)], isChunk: true)
    }

    func count(_ usage: TextUsage) -> [UInt8] { object([], usage: usage, isChunk: true) }
}

extension TextCompletion.FinishReason {
    fileprivate var wire: String {
        switch self {
        case .stop: "stop"
        case .length: "length"
        case .filtered: "content_filter"
        }
    }
}
