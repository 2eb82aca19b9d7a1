import Foundation
import Inference
import Testing

@testable import ModelProviders

@Suite("What a server understands of a request")
struct OpenAIDialectTests {
    private let everything = TextOptions(
        maxTokens: 5, temperature: 0.5, topP: 0.9, topK: 40, minP: 0.1, repetitionPenalty: 1.1, stop: ["END"], seed: .max)

    private func keys(_ request: ChatCompletionRequest) throws -> Set<String> {
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(request)) as? [String: Any]
        return Set(try #require(object).keys)
    }

    @Test(
        "A key that a server refuses is left out from then on",
        arguments: [
            (
                400, "Unsupported parameter: 'max_tokens' is not supported with this model.", "unsupported_parameter", "max_tokens",
                "max_tokens"
            ),
            (400, "Unrecognized request argument supplied: top_k", nil, nil, "top_k"),
            (422, "Extra inputs are not permitted", "extra_forbidden", "min_p", "min_p"),
            (400, "Unknown field stream_options", nil, nil, "stream_options"),
            (
                400, "Unsupported value: 'temperature' does not support 0.5 with this model.", "unsupported_value", "temperature",
                "temperature"
            ),
        ] as [(Int, String, String?, String?, String)])
    func learns(status: Int, message: String, code: String?, parameter: String?, key: String) throws {
        var dialect = OpenAIDialect()
        let request = ChatCompletionRequest(model: "m", messages: [], options: everything)
        let before = try keys(dialect.adapted(request))
        let failure = ServerFailure(status: status, message: message, code: code, parameter: parameter)
        let hasLearnt = dialect.learn(from: failure)
        #expect(hasLearnt)
        let after = try keys(dialect.adapted(request))
        #expect(before.subtracting(after) == [key])
        #expect(after.subtracting(before) == (key == "max_tokens" ? ["max_completion_tokens"] : []))
        let learnsAgain = dialect.learn(from: failure)
        #expect(!learnsAgain, "would ask for ever")
    }

    @Test(
        "Other refusals teach nothing",
        arguments: [
            ServerFailure(status: 400, message: "the prompt is too long"), ServerFailure(status: 500, message: "unknown top_k"),
            ServerFailure(status: 400, message: "unknown model"), ServerFailure(status: 400, message: "temperature must be at most 2"),
        ])
    func learnsNothing(failure: ServerFailure) {
        var dialect = OpenAIDialect()
        let hasLearnt = dialect.learn(from: failure)
        #expect(!hasLearnt)
        #expect(dialect == OpenAIDialect())
    }

    @Test("Pictures go as data URLs to OpenAI-compatible servers and as bare base64 to Ollama")
    func pictures() throws {
        let message = ChatMessage(.user, "What is this?", images: [[0xFF, 0xD8, 0xFF, 0]])
        let request = ChatCompletionRequest(model: nil, messages: [message], options: TextOptions())
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(
            String(decoding: try encoder.encode(request.messages), as: UTF8.self)
                == #"[{"content":[{"image_url":{"url":"data:image/jpeg;base64,/9j/AA=="},"type":"image_url"},{"text":"What is this?","type":"text"}],"role":"user"}]"#
        )
        let ollama = OllamaChat.Body(model: "m", request: TextRequest(messages: [message], options: everything), contextTokens: 2_048)
        #expect(
            String(decoding: try encoder.encode(ollama), as: UTF8.self)
                == #"{"messages":[{"content":"What is this?","images":["/9j/AA=="],"role":"user"}],"model":"m","options":{"min_p":0.1,"num_ctx":2048,"num_predict":5,"repeat_penalty":1.1,"seed":3,"stop":["END"],"temperature":0.5,"top_k":40,"top_p":0.9},"stream":true}"#
        )
    }
}
