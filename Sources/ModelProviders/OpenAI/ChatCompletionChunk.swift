import Inference

/// One piece of a chat completion, or a whole one, in all the shapes that servers send; what is missing or of another type is nil.
struct ChatCompletionChunk: Decodable, Sendable {
    struct Choice: Decodable, Sendable {
        var content: String?
        var reasoning: String?
        var finishReason: String?

        private enum Keys: String, CodingKey { case delta, message, text, finish_reason }
        private enum DeltaKeys: String, CodingKey { case content, reasoning_content, reasoning, thinking, refusal }
        private struct Part: Decodable { var text: String? }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            finishReason = try? container.decode(String.self, forKey: .finish_reason)
            content = try? container.decode(String.self, forKey: .text)
            // A whole completion has a message where a piece has a delta; some servers send both, one of them null.
            for key in [Keys.delta, .message] {
                guard let delta = try? container.nestedContainer(keyedBy: DeltaKeys.self, forKey: key) else { continue }
                func text(_ key: DeltaKeys) -> String? { try? delta.decode(String.self, forKey: key) }
                let parts = (try? delta.decode([Part].self, forKey: .content)).map { $0.compactMap(\.text).joined() }
                content = text(.content) ?? parts ?? text(.refusal) ?? content
                reasoning = text(.reasoning_content) ?? text(.reasoning) ?? text(.thinking)
                break
            }
        }
    }

    struct Usage: Decodable, Sendable {
        struct Details: Decodable, Sendable { var cached_tokens: Int? }
        var prompt_tokens: Int?
        var completion_tokens: Int?
        var prompt_tokens_details: Details?
    }

    /// llama.cpp's account.
    struct Timings: Decodable, Sendable {
        var cache_n: Int?
        var prompt_n: Int?
        var predicted_n: Int?
    }

    var error: ServerFailure.Body?
    /// Nil also where the server says null.
    var choices: [Choice]?
    var usage: TextUsage?

    private enum Keys: String, CodingKey { case error, choices, usage, timings, object }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        choices = try? container.decode([Choice].self, forKey: .choices)
        let isError =
            container.contains(.error) && (try? container.decodeNil(forKey: .error)) != true
            || (try? container.decode(String.self, forKey: .object)) == "error" || !container.contains(.choices)
        if isError { error = try? ServerFailure.Body(from: decoder) }
        let timings = try? container.decode(Timings.self, forKey: .timings)
        if let usage = try? container.decode(Usage.self, forKey: .usage), let prompt = usage.prompt_tokens {
            self.usage = TextUsage(
                promptTokens: max(0, prompt), completionTokens: max(0, usage.completion_tokens ?? 0),
                cachedTokens: max(0, usage.prompt_tokens_details?.cached_tokens ?? timings?.cache_n ?? 0))
        } else if let read = timings?.prompt_n, let written = timings?.predicted_n {
            let cached = max(0, timings?.cache_n ?? 0)
            usage = TextUsage(promptTokens: max(0, read) + cached, completionTokens: max(0, written), cachedTokens: cached)
        }
    }
}
