import Inference

/// The body of `POST /v1/chat/completions`.
///
/// `top_k`, `min_p` and the repetition penalty are no part of OpenAI's API; llama.cpp, vLLM, LM Studio and OpenRouter take them.
struct ChatCompletionRequest: Encodable, Sendable {
    struct Message: Encodable, Sendable {
        var role: String
        var content: Content
    }

    enum Content: Encodable, Sendable {
        case text(String)
        case parts([Part])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .parts(let parts): try container.encode(parts)
            }
        }
    }

    struct Part: Encodable, Sendable {
        struct Picture: Encodable, Sendable { var url: String }
        var type: String
        var text: String?
        var image_url: Picture?
    }

    struct StreamOptions: Encodable, Sendable { var include_usage = true }

    var model: String?
    var messages: [Message]
    var stream: Bool
    var stream_options: StreamOptions?
    var max_tokens: Int?
    var max_completion_tokens: Int?
    var temperature: Double?
    var top_p: Double?
    var top_k: Int?
    var min_p: Double?
    /// llama.cpp's and LM Studio's name.
    var repeat_penalty: Double?
    /// vLLM's and OpenRouter's name.
    var repetition_penalty: Double?
    var stop: [String]?
    var seed: UInt64?

    init(model: String?, messages: [ChatMessage], options: TextOptions, stream: Bool = true) {
        self.model = model
        self.messages = messages.map { message in
            let pictures = message.images.map { Part(type: "image_url", image_url: .init(url: PictureData.url($0))) }
            let text = Part(type: "text", text: message.content)
            return Message(
                role: message.role.rawValue, content: pictures.isEmpty ? .text(message.content) : .parts(pictures + [text]))
        }
        self.stream = stream
        stream_options = stream ? StreamOptions() : nil
        max_tokens = options.maxTokens
        temperature = options.temperature
        top_p = options.topP
        top_k = options.topK
        min_p = options.minP
        repeat_penalty = options.repetitionPenalty
        repetition_penalty = options.repetitionPenalty
        stop = options.stop.isEmpty ? nil : options.stop
        // Servers keep it in 32 bits, some with a sign.
        seed = options.seed.map { $0 % UInt64(Int32.max) }
    }
}
