import Inference

/// How one family of servers is asked for a chat: what differs between OpenAI-compatible servers and Ollama.
///
/// ``ServerTextModel`` does all that does not: retries, streams, cancellation, what was learnt about the model.
protocol ChatAPI: Sendable {
    /// The call that asks for an answer as a stream.
    func call(_ request: TextRequest, contextTokens: Int) throws -> ServerCall
    /// What reads that stream.
    func reader(for request: TextRequest) -> any ChatReader
    /// Learns from a refusal how to ask differently.
    ///
    /// - Returns: whether the same request is worth asking again at once.
    func learn(from failure: ServerFailure) -> Bool
    /// What the server says about the model; whether it sees may take a look at a tiny picture, unless that is not asked.
    func abilities(_ client: ServerClient, askingSight: Bool) async throws -> ChatAbilities
    /// How many tokens the messages take by the server's own tokenizer; nil where it offers none.
    func countTokens(_ messages: [ChatMessage], _ client: ServerClient) async throws -> Int?
}

/// What is known of a server's model; nil: not known.
struct ChatAbilities: Sendable, Hashable {
    var contextTokens: Int?
    var seesImages: Bool?
}

/// Reads a streamed answer, however its bytes were split: a state machine without I/O.
protocol ChatReader: Sendable {
    /// Whether all was said, so that only the end of the stream is missing.
    var isComplete: Bool { get }
    /// Tells what these bytes add to the answer.
    ///
    /// - Throws: after telling what came before, ``ServerFailure`` for an error that the server tells, ``MalformedAnswer``,
    ///   ``AnswerTooLarge``.
    mutating func feed(_ bytes: [UInt8], _ tell: (TextEvent) -> Void) throws
    /// The end of the stream: tells what was held back, and the one ``TextEvent/finished(_:)`` unless it was told before.
    mutating func finish(_ tell: (TextEvent) -> Void) throws
}
