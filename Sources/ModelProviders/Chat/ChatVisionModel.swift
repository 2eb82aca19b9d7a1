import Inference

/// A chat model that sees, as one that answers about pictures: the examples become turns before the question.
public struct ChatVisionModel: VisionModel {
    /// Tokens of an answer unless something else is wished.
    private static let usualLength = 400
    /// What servers with OpenAI's or Ollama's API know.
    private static let follows: Set<VisionOption> = [
        .maxNewTokens, .temperature, .topK, .topP, .doSample, .repetitionPenalty, .seed,
    ]

    public let card: VisionModelCard
    private let model: any TextModel

    /// - Parameter requestsAtATime: nil where it runs on this machine, and takes turns with the others here.
    public init(_ model: any TextModel, requestsAtATime: Int?, expectedSeconds: Double = 5) {
        self.model = model
        card = VisionModelCard(
            name: model.card.name, summary: model.card.summary, follows: Self.follows, expectedSeconds: expectedSeconds,
            requestsAtATime: requestsAtATime)
    }

    public func answer(_ request: VisionRequest) -> AsyncThrowingStream<TextEvent, any Error> {
        let wish = request.options
        var options = TextOptions(
            maxTokens: wish.maxNewTokens ?? model.card.defaults.maxTokens ?? Self.usualLength, repetitionPenalty: wish.repetitionPenalty,
            seed: wish.seed)
        if wish.samples {
            (options.temperature, options.topK, options.topP) = (wish.temperature ?? 1, wish.topK, wish.topP)
        } else {
            options.temperature = 0
        }
        return model.stream(TextRequest(messages: request.chatMessages, options: options, prefixKey: request.prefixKey))
    }
}
