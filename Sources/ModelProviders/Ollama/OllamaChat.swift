import Inference

/// Ollama's own API (`/api/chat`, `/api/show`), which says more about a model than its OpenAI-compatible one.
struct OllamaChat: ChatAPI {
    /// The server's name for the model, as `llama3.2:1b`.
    let model: String
    /// Loading a large model from disk comes before the first byte.
    private static let limits = ServerCall.Limits(firstByte: .seconds(300), idle: .seconds(60))

    func call(_ request: TextRequest, contextTokens: Int) throws -> ServerCall {
        try .post(
            "/api/chat", json: Body(model: model, request: request, contextTokens: contextTokens), limits: Self.limits,
            personal: request.messages.map(\.content))
    }

    func reader(for request: TextRequest) -> any ChatReader { OllamaReader(request: request) }

    func learn(from failure: ServerFailure) -> Bool { false }

    func abilities(_ client: ServerClient, askingSight: Bool) async throws -> ChatAbilities {
        let show: Show = try await client.json(.post("/api/show", json: Name(model: model), limits: .brief))
        // Older servers tell no capabilities; their vision models have a projector of pictures.
        let families = show.details?.families ?? []
        let sees =
            show.capabilities?.contains("vision") ?? (show.projector_info != nil || families.contains { ["clip", "mllama"].contains($0) })
        return ChatAbilities(contextTokens: show.contextTokens, seesImages: sees)
    }

    func countTokens(_ messages: [ChatMessage], _ client: ServerClient) async throws -> Int? { nil }

    private struct Name: Encodable { var model: String }

    struct Body: Encodable, Sendable {
        struct Message: Encodable, Sendable {
            var role: String
            var content: String
            /// Base64 alone, with no `data:` before it.
            var images: [String]?
        }

        struct Options: Encodable, Sendable {
            var num_ctx: Int
            var num_predict: Int?
            var temperature: Double?
            var top_p: Double?
            var top_k: Int?
            var min_p: Double?
            var repeat_penalty: Double?
            var stop: [String]?
            var seed: UInt64?
        }

        var model: String
        var messages: [Message]
        var stream = true
        var options: Options

        init(model: String, request: TextRequest, contextTokens: Int) {
            self.model = model
            messages = request.messages.map { message in
                let pictures = message.images.map { PictureData.base64($0) }
                return Message(role: message.role.rawValue, content: message.content, images: pictures.isEmpty ? nil : pictures)
            }
            let wish = request.options
            // The server's own default for num_ctx is small, and it cuts the conversation without a word.
            options = Options(
                num_ctx: contextTokens, num_predict: wish.maxTokens, temperature: wish.temperature, top_p: wish.topP, top_k: wish.topK,
                min_p: wish.minP, repeat_penalty: wish.repetitionPenalty, stop: wish.stop.isEmpty ? nil : wish.stop,
                seed: wish.seed.map { $0 % UInt64(Int32.max) })
        }
    }

    private struct Show: Decodable {
        struct Details: Decodable { var families: [String]? }
        struct Anything: Decodable {}
        var capabilities: [String]?
        var details: Details?
        var projector_info: Anything?
        var contextTokens: Int?

        private enum Keys: String, CodingKey { case capabilities, details, projector_info, model_info }
        private struct AnyKey: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            capabilities = try? container.decode([String].self, forKey: .capabilities)
            details = try? container.decode(Details.self, forKey: .details)
            projector_info = try? container.decode(Anything.self, forKey: .projector_info)
            if let info = try? container.nestedContainer(keyedBy: AnyKey.self, forKey: .model_info),
                let key = info.allKeys.first(where: { $0.stringValue.hasSuffix(".context_length") })
            {
                contextTokens = try? info.decode(Int.self, forKey: key)
            }
        }
    }
}
