import Inference

/// How an answer should be written and sent, as both text routes take it.
struct AnswerWishes: Decodable, Sendable {
    var options: TextOptions
    var streams: Bool
    /// Whether a stream ends with what it took.
    var countsStream: Bool

    private enum Keys: String, CodingKey, CaseIterable {
        case stream, stream_options, max_tokens, max_completion_tokens, temperature, top_p, top_k, min_p, repeat_penalty, repetition_penalty
        case stop, seed, n, tools, functions, logprobs, response_format, presence_penalty, frequency_penalty
    }

    private struct StreamOptions: Decodable { var include_usage: Bool? }
    private struct Format: Decodable { var type: String? }
    private struct Anything: Decodable {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        func number<Number: Decodable & Comparable>(_ key: Keys, _ range: ClosedRange<Number>) throws -> Number? {
            guard let number = try container.decodeIfPresent(Number.self, forKey: key) else { return nil }
            guard range.contains(number) else {
                throw ServingError.invalid("'\(key.rawValue)' must be \(range.lowerBound) to \(range.upperBound)", key.rawValue)
            }
            return number
        }
        func refuse(_ key: Keys, _ why: String) -> ServingError {
            .invalid("'\(key.rawValue)' is not supported: \(why)", key.rawValue, code: "unsupported_parameter")
        }

        if let n = try container.decodeIfPresent(Int.self, forKey: .n), n != 1 { throw refuse(.n, "one answer a request") }
        for key in [Keys.tools, .functions] {
            if let tools = try? container.decode([Anything].self, forKey: key), !tools.isEmpty {
                throw refuse(key, "models here call nothing")
            }
        }
        if (try? container.decode(Bool.self, forKey: .logprobs)) == true { throw refuse(.logprobs, "models here do not tell them") }
        if let format = try? container.decode(Format.self, forKey: .response_format), format.type ?? "text" != "text" {
            throw refuse(.response_format, "answers are free text")
        }
        for key in [Keys.presence_penalty, .frequency_penalty] {
            if let penalty = try container.decodeIfPresent(Double.self, forKey: key), penalty != 0 {
                throw refuse(key, "use repetition_penalty")
            }
        }

        let stop = try container.decodeIfPresent(OneOrSeveral.self, forKey: .stop)?.texts.filter { !$0.isEmpty } ?? []
        guard stop.count <= 16, stop.allSatisfy({ $0.utf8.count <= 1_000 }) else {
            throw ServingError.invalid("'stop' takes at most 16 texts of at most 1000 bytes", "stop")
        }
        let penalty: Double? = try number(.repetition_penalty, 0.1...10) ?? number(.repeat_penalty, 0.1...10)
        // Some clients send -1 for "as it comes".
        let seed = try container.decodeIfPresent(Int64.self, forKey: .seed).flatMap { $0 < 0 ? nil : UInt64($0) }
        options = TextOptions(
            maxTokens: try number(.max_completion_tokens, 1...1_000_000) ?? number(.max_tokens, 1...1_000_000),
            temperature: try number(.temperature, 0...5), topP: try number(.top_p, 0...1), topK: try number(.top_k, 0...1_000_000),
            minP: try number(.min_p, 0...1), repetitionPenalty: penalty, stop: stop, seed: seed)
        streams = try container.decodeIfPresent(Bool.self, forKey: .stream) ?? false
        countsStream = (try? container.decode(StreamOptions.self, forKey: .stream_options))?.include_usage ?? false
    }
}
