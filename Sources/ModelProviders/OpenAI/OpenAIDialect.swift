/// What one server understands of the request: learnt from its refusals, so that each is met once.
struct OpenAIDialect: Sendable, Hashable {
    /// Keys that this server refuses and does without.
    private(set) var omitted: Set<String> = []
    /// Newer models of OpenAI want `max_completion_tokens` in place of `max_tokens`.
    private(set) var wantsCompletionTokens = false

    private static let omissible = [
        "stream_options", "max_completion_tokens", "temperature", "top_p", "top_k", "min_p", "repeat_penalty", "repetition_penalty", "stop",
        "seed",
    ]
    /// - Returns: whether the request can be asked differently now.
    mutating func learn(from failure: ServerFailure) -> Bool {
        func isMeant(_ key: String) -> Bool { failure.refusesKey(key) }

        if isMeant("max_tokens"), !wantsCompletionTokens {
            wantsCompletionTokens = true
            return true
        }
        let refused = Self.omissible.filter { isMeant($0) && !omitted.contains($0) }
        omitted.formUnion(refused)
        return !refused.isEmpty
    }

    /// The request as this server understands it.
    func adapted(_ request: ChatCompletionRequest) -> ChatCompletionRequest {
        var request = request
        if wantsCompletionTokens {
            request.max_completion_tokens = request.max_tokens
            request.max_tokens = nil
        }
        for key in omitted {
            switch key {
            case "stream_options": request.stream_options = nil
            case "max_completion_tokens": request.max_completion_tokens = nil
            case "temperature": request.temperature = nil
            case "top_p": request.top_p = nil
            case "top_k": request.top_k = nil
            case "min_p": request.min_p = nil
            case "repeat_penalty": request.repeat_penalty = nil
            case "repetition_penalty": request.repetition_penalty = nil
            case "stop": request.stop = nil
            case "seed": request.seed = nil
            default: break
            }
        }
        return request
    }
}
