/// A model that writes. The port which the workers see; engines and servers sit behind it in ModelProviders.
public protocol TextModel: Sendable {
    /// What a user picks it by, and what it can do.
    var card: TextModelCard { get }

    /// Writes the next message of a conversation, piece by piece.
    ///
    /// The stream ends after exactly one ``TextEvent/finished(_:)``. Ending the iteration early stops the model within a token.
    ///
    /// - Parameter request: fits ``TextModelCard/contextTokens`` by the caller's count; the model may still refuse.
    /// - Throws: from the stream, ``ModelError``; `CancellationError` soon after the task was cancelled.
    func stream(_ request: TextRequest) -> AsyncThrowingStream<TextEvent, any Error>

    /// How many tokens the messages take in this model's own words, its chat template included.
    ///
    /// Exact where the model has a tokenizer here; else an estimate that is rather too high than too low.
    func countTokens(_ messages: [ChatMessage]) async throws -> Int
}

/// What is known of a text model before it is asked.
public struct TextModelCard: Sendable, Hashable {
    /// The name users see and pick.
    public var name: String
    /// One line for the picker.
    public var summary: String
    /// Prompt and answer together fit into so many tokens.
    public var contextTokens: Int
    /// Whether pictures may stand in its messages.
    public var seesImages: Bool
    /// What the owner would have it write with unless asked otherwise.
    public var defaults: TextOptions

    public init(name: String, summary: String, contextTokens: Int, seesImages: Bool = false, defaults: TextOptions = TextOptions()) {
        self.name = name
        self.summary = summary
        self.contextTokens = contextTokens
        self.seesImages = seesImages
        self.defaults = defaults
    }
}

/// What to write.
public struct TextRequest: Sendable, Hashable {
    /// The conversation so far, oldest first; the model writes the next message, as the assistant.
    public var messages: [ChatMessage]
    public var options: TextOptions
    /// Conversations with the same key may share a prefix that the model need not read again. Never a secret, never sent to people.
    public var prefixKey: String?

    public init(messages: [ChatMessage], options: TextOptions = TextOptions(), prefixKey: String? = nil) {
        self.messages = messages
        self.options = options
        self.prefixKey = prefixKey
    }
}

/// One message of a conversation, as a model reads it.
public struct ChatMessage: Sendable, Hashable, Codable {
    public enum Role: String, Sendable, Hashable, Codable {
        case system, user, assistant
    }

    public var role: Role
    public var content: String
    /// Encoded pictures (PNG or JPEG) that stand before the text. Only for models that see.
    public var images: [[UInt8]]

    public init(_ role: Role, _ content: String, images: [[UInt8]] = []) {
        self.role = role
        self.content = content
        self.images = images
    }
}

/// How to write. Nil leaves the choice to the model or its server.
public struct TextOptions: Sendable, Hashable, Codable {
    /// At most so many tokens are written.
    public var maxTokens: Int?
    /// 0 always takes the likeliest token.
    public var temperature: Double?
    public var topP: Double?
    public var topK: Int?
    public var minP: Double?
    /// Above 1 makes what was already written less likely (Keskar et al., 2019).
    public var repetitionPenalty: Double?
    /// Writing ends before the first of these.
    public var stop: [String]
    public var seed: UInt64?

    public init(
        maxTokens: Int? = nil, temperature: Double? = nil, topP: Double? = nil, topK: Int? = nil, minP: Double? = nil,
        repetitionPenalty: Double? = nil, stop: [String] = [], seed: UInt64? = nil
    ) {
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.stop = stop
        self.seed = seed
    }

    /// These options, with the gaps filled from others.
    public func filled(from others: TextOptions) -> TextOptions {
        TextOptions(
            maxTokens: maxTokens ?? others.maxTokens, temperature: temperature ?? others.temperature, topP: topP ?? others.topP,
            topK: topK ?? others.topK, minP: minP ?? others.minP, repetitionPenalty: repetitionPenalty ?? others.repetitionPenalty,
            stop: stop.isEmpty ? others.stop : stop, seed: seed ?? others.seed)
    }
}

/// A piece of what a text model writes.
public enum TextEvent: Sendable, Hashable {
    /// More of the answer. Whole characters only.
    case text(String)
    /// More of what the model thinks before it answers; shown on request only.
    case reasoning(String)
    /// The end.
    case finished(TextCompletion)
}

/// How a text ended, and what it took.
public struct TextCompletion: Sendable, Hashable, Codable {
    public enum FinishReason: String, Sendable, Hashable, Codable {
        /// The model had said all, or met a stop sequence.
        case stop
        /// The answer reached its longest length.
        case length
        /// The model's filter cut it.
        case filtered
    }

    public var finishReason: FinishReason
    public var usage: TextUsage

    public init(finishReason: FinishReason, usage: TextUsage) {
        self.finishReason = finishReason
        self.usage = usage
    }
}

/// Tokens read and written.
public struct TextUsage: Sendable, Hashable, Codable {
    public var promptTokens: Int
    public var completionTokens: Int
    /// Of the prompt's, those that were still known from before and were not read again.
    public var cachedTokens: Int

    public init(promptTokens: Int, completionTokens: Int, cachedTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.cachedTokens = cachedTokens
    }

    public var totalTokens: Int { promptTokens + completionTokens }
}
