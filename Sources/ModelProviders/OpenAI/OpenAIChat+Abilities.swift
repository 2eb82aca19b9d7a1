import Inference
import Pictures
import Synchronization

/// What servers say about a model beyond OpenAI's API, and a look at a tiny picture where they say nothing.
extension OpenAIChat {
    func abilities(_ client: ServerClient, askingSight: Bool) async throws -> ChatAbilities {
        let entry: ModelList.Entry?
        do {
            entry = try await client.json(.get("/models"), as: ModelList.self).entry(named: model)
        } catch let error as ModelError where !error.isTransient {
            entry = nil
        }
        var abilities = ChatAbilities(contextTokens: entry?.contextTokens, seesImages: entry?.seesImages)
        switch entry?.owned_by {
        case "llamacpp":
            tokenizer.withLock { $0 = .llamaCpp }
            if let properties = try? await client.root.json(.get("/props"), as: Properties.self) {
                abilities.contextTokens = properties.default_generation_settings?.n_ctx ?? abilities.contextTokens
                abilities.seesImages = properties.modalities?.vision ?? abilities.seesImages
            }
        case "vllm": tokenizer.withLock { $0 = .vLLM }
        default: tokenizer.withLock { $0 = .none }
        }
        if askingSight, abilities.seesImages == nil { abilities.seesImages = try await looks(client) }
        return abilities
    }

    /// Shows the model a tiny picture: a server of a model that does not see refuses it.
    private func looks(_ client: ServerClient) async throws -> Bool {
        let side = 32
        let picture = try Picture(width: side, height: side, pixels: [UInt8](repeating: 200, count: side * side * 3)).png()
        let question = TextRequest(
            messages: [ChatMessage(.user, "What is this?", images: [picture])], options: TextOptions(maxTokens: 1))
        while true {
            let call = try call(question, contextTokens: 0)
            switch try await client.stream(call, into: 0, { _, _ in .enough }) {
            case .read: return true
            case .refused(let failure) where learn(from: failure): continue
            case .refused(let failure) where [400, 404, 415, 422, 500, 501].contains(failure.status): return false
            case .refused(let failure): throw client.error(failure, call)
            }
        }
    }

    func countTokens(_ messages: [ChatMessage], _ client: ServerClient) async throws -> Int? {
        let pictures = TokenEstimate.tokens(ofImages: messages)
        let plain = ChatCompletionRequest(
            model: model, messages: messages.map { ChatMessage($0.role, $0.content) }, options: TextOptions()
        ).messages
        let personal = messages.map(\.content)
        do {
            switch tokenizer.withLock({ $0 }) {
            case .unknown, .none: return nil
            case .llamaCpp:
                let rendered: Rendered = try await client.root.json(
                    .post("/apply-template", json: Conversation(messages: plain), limits: .brief, personal: personal))
                let tokens: Tokens = try await client.root.json(
                    .post("/tokenize", json: Piece(content: rendered.prompt), limits: .brief, personal: personal))
                return tokens.tokens.count + pictures
            case .vLLM:
                let count: Count = try await client.root.json(
                    .post("/tokenize", json: Conversation(model: model, messages: plain), limits: .brief, personal: personal))
                return count.count + pictures
            }
        } catch let error as ModelError where !error.isTransient {
            tokenizer.withLock { $0 = .none }
            return nil
        }
    }

    private struct Conversation: Encodable {
        var model: String?
        var messages: [ChatCompletionRequest.Message]
    }
    private struct Rendered: Decodable { var prompt: String }
    private struct Piece: Encodable {
        var content: String
        var add_special = true
        var parse_special = true
    }
    private struct Tokens: Decodable {
        struct Token: Decodable { init(from decoder: any Decoder) {} }
        var tokens: [Token]
    }
    private struct Count: Decodable { var count: Int }
    private struct Properties: Decodable {
        struct Settings: Decodable { var n_ctx: Int? }
        struct Modalities: Decodable { var vision: Bool? }
        var default_generation_settings: Settings?
        var modalities: Modalities?
    }
}

extension ServerClient {
    /// The server above its `/v1`, where llama.cpp and vLLM have calls of their own.
    fileprivate var root: ServerClient { moved(to: address.without("/v1")) }
}

/// `GET /v1/models`, with what llama.cpp, vLLM and OpenRouter add to it.
struct ModelList: Decodable, Sendable {
    struct Entry: Decodable, Sendable {
        struct Architecture: Decodable, Sendable { var input_modalities: [String]? }
        struct Meta: Decodable, Sendable {
            var n_ctx: Int?
            var n_ctx_train: Int?
        }

        var id: String
        var owned_by: String?
        var contextTokens: Int?
        var seesImages: Bool?

        private enum Keys: String, CodingKey { case id, owned_by, architecture, meta, max_model_len, context_length }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            id = try container.decode(String.self, forKey: .id)
            owned_by = try? container.decode(String.self, forKey: .owned_by)
            func number(_ key: Keys) -> Int? { try? container.decode(Int.self, forKey: key) }
            let meta = try? container.decode(Meta.self, forKey: .meta)
            contextTokens = [number(.max_model_len), number(.context_length), meta?.n_ctx, meta?.n_ctx_train].compactMap { $0 }.first
            seesImages = (try? container.decode(Architecture.self, forKey: .architecture))?.input_modalities?.contains("image")
        }
    }

    var data: [Entry]

    /// The entry of that name; of a server with one model, that one.
    func entry(named name: String?) -> Entry? { data.first { $0.id == name } ?? (data.count == 1 ? data.first : nil) }
}
