import Inference
import Synchronization

/// The API of OpenAI as llama.cpp, vLLM, LM Studio, OpenRouter and many others speak it.
///
/// Its address ends where `/chat/completions` follows, as `http://127.0.0.1:8080/v1`.
final class OpenAIChat: ChatAPI {
    /// The server's name for the model; servers of one model take any or none.
    let model: String?
    private let dialect = Mutex(OpenAIDialect())
    let tokenizer = Mutex(Tokenizer.unknown)

    /// Which calls beside OpenAI's the server has for counting tokens.
    enum Tokenizer: Sendable { case unknown, none, llamaCpp, vLLM }

    init(model: String?) { self.model = model }

    func call(_ request: TextRequest, contextTokens: Int) throws -> ServerCall {
        let body = ChatCompletionRequest(model: model, messages: request.messages, options: request.options)
        return try .post(
            "/chat/completions", json: dialect.withLock { $0 }.adapted(body), limits: ServerCall.Limits(firstByte: .seconds(300)),
            personal: request.messages.map(\.content))
    }

    func reader(for request: TextRequest) -> any ChatReader { ChatCompletionReader(request: request) }

    func learn(from failure: ServerFailure) -> Bool { dialect.withLock { $0.learn(from: failure) } }
}
