import Inference
import Testing

@testable import ModelProviders

/// What a reader told, put together.
struct ToldAnswer: Equatable {
    var text = ""
    var reasoning = ""
    var completions: [TextCompletion] = []

    init() {}

    /// Feeds a reader in pieces of so many bytes, to the end.
    init(_ reader: any ChatReader, _ bytes: [UInt8], pieces: Int) throws {
        var reader = reader
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + pieces)
            try reader.feed(Array(bytes[start..<end])) { take($0) }
            start = end
        }
        try reader.finish { take($0) }
    }

    init(text: String, reasoning: String = "", completion: TextCompletion) {
        self.text = text
        self.reasoning = reasoning
        completions = [completion]
    }

    mutating func take(_ event: TextEvent) {
        switch event {
        case .text(let piece): text += piece
        case .reasoning(let piece): reasoning += piece
        case .finished(let completion): completions.append(completion)
        }
    }
}

@Suite("Answers of OpenAI-compatible servers")
struct ChatCompletionReaderTests {
    struct Shape: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var stream: String
        var text: String
        var reasoning = ""
        var reason = TextCompletion.FinishReason.stop
        /// Nil: estimated.
        var usage: TextUsage?
    }

    private static func chunk(_ delta: String, _ reason: String = "null", _ more: String = "") -> String {
        #"data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(reason)}]\#(more)}"#
            + "\n\n"
    }

    private static let hello = chunk(#"{"role":"assistant","content":""}"#) + chunk(#"{"content":"Hé"}"#) + chunk(#"{"content":"llo 😀"}"#)
    private static let counted = #"data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}"# + "\n\n"
    private static let done = "data: [DONE]\n\n"
    private static let three = TextUsage(promptTokens: 9, completionTokens: 3)

    private static let shapes: [Shape] = [
        Shape(testDescription: "exact", stream: hello + chunk("{}", #""stop""#) + counted + done, text: "Héllo 😀", usage: three),
        Shape(testDescription: "no usage", stream: hello + chunk("{}", #""stop""#) + done, text: "Héllo 😀"),
        Shape(testDescription: "no [DONE]", stream: hello + chunk("{}", #""length""#), text: "Héllo 😀", reason: .length),
        Shape(testDescription: "no finish reason", stream: hello + done, text: "Héllo 😀"),
        Shape(testDescription: "neither of them", stream: hello, text: "Héllo 😀"),
        Shape(
            testDescription: "CRLF and comments",
            stream: (": OPENROUTER PROCESSING\n\n" + hello + ": ping\n\n" + chunk("{}", #""stop""#) + done).replacing("\n", with: "\r\n"),
            text: "Héllo 😀"),
        Shape(
            testDescription: "choices null midway", stream: hello + "data: {\"choices\":null}\n\n" + chunk(#"{"content":"!"}"#) + done,
            text: "Héllo 😀!"),
        Shape(
            testDescription: "null content, null usage, unknown fields",
            stream: chunk(#"{"content":null,"tool_calls":null}"#, "null", #","usage":null,"system_fingerprint":7"#) + hello + done,
            text: "Héllo 😀"),
        Shape(
            testDescription: "reasoning_content", stream: chunk(#"{"reasoning_content":"hm"}"#) + hello + done, text: "Héllo 😀",
            reasoning: "hm"),
        Shape(
            testDescription: "reasoning", stream: chunk(#"{"reasoning":"hm","content":""}"#) + hello + done, text: "Héllo 😀",
            reasoning: "hm"),
        Shape(
            testDescription: "only reasoning",
            stream: chunk(#"{"reasoning_content":"hm"}"#) + chunk(#"{"content":""}"#, #""length""#) + done,
            text: "", reasoning: "hm", reason: .length),
        Shape(
            testDescription: "think tags",
            stream: chunk(#"{"content":"<thi"}"#) + chunk(#"{"content":"nk>\nhm</th"}"#)
                + chunk(#"{"content":"ink>\n\nYes"}"#) + done, text: "Yes", reasoning: "\nhm"),
        Shape(testDescription: "filtered", stream: hello + chunk("{}", #""content_filter""#) + done, text: "Héllo 😀", reason: .filtered),
        Shape(
            testDescription: "content in parts",
            stream: chunk(#"{"content":[{"type":"text","text":"He"},{"type":"text","text":"y"}]}"#) + done,
            text: "Hey"),
        Shape(
            testDescription: "no blank lines between events", stream: (hello + done).replacing("\n\n", with: "\n") + "\n", text: "Héllo 😀"),
        Shape(
            testDescription: "a whole completion in place of a stream",
            stream: """
                {"object": "chat.completion",
                 "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
                 "usage": {"prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}}
                """, text: "Hello", usage: TextUsage(promptTokens: 9, completionTokens: 3, cachedTokens: 4)),
        Shape(
            testDescription: "llama.cpp's timings in place of usage",
            stream: hello + chunk("{}", #""stop""#, #","timings":{"cache_n":5,"prompt_n":4,"predicted_n":3}"#) + done,
            text: "Héllo 😀", usage: TextUsage(promptTokens: 9, completionTokens: 3, cachedTokens: 5)),
        Shape(testDescription: "words after [DONE]", stream: hello + done + chunk(#"{"content":"never"}"#), text: "Héllo 😀"),
        Shape(testDescription: "an end and nothing else", stream: chunk("{}", #""stop""#) + done, text: ""),
    ]

    @Test("Every shape of a stream becomes the same answer, in pieces of any size", arguments: shapes, [1, 7, 100_000])
    func everyShape(shape: Shape, pieces: Int) throws {
        let request = TextRequest(messages: [ChatMessage(.user, "Hi")])
        let told = try ToldAnswer(ChatCompletionReader(request: request), Array(shape.stream.utf8), pieces: pieces)
        #expect(told.text == shape.text)
        #expect(told.reasoning == shape.reasoning)
        #expect(told.completions.map(\.finishReason) == [shape.reason])
        if let usage = shape.usage {
            #expect(told.completions.map(\.usage) == [usage])
        } else {
            #expect(told.completions.allSatisfy { $0.usage.promptTokens > 0 })
        }
    }

    private static let failures: [(stream: String, status: Int, message: String?)] = [
        (hello + #"data: {"error":{"message":"slow down","type":"rate_limit","code":429}}"# + "\n\n", 429, "slow down"),
        (#"data: {"error":"loading failed"}"# + "\n\n", 500, "loading failed"),
        (#"data: {"object":"error","message":"bad","type":"BadRequestError","code":400}"# + "\n\n", 400, "bad"),
        (#"{"error":{"message":"no such model","code":"model_not_found"}}"#, 500, "no such model"),
        ("error: {}\n\ndata: {\"error\":{\"message\":\"x\"},\"choices\":null}\n\n", 500, "x"),
        (chunk("{}", #""error""#), 500, "the model's provider failed midway"),
    ]

    @Test("An error under status 200 is an error", arguments: failures)
    func everyFailure(stream: String, status: Int, message: String?) throws {
        let reader = ChatCompletionReader(request: TextRequest(messages: []))
        let failure = try #require(throws: ServerFailure.self) { try ToldAnswer(reader, Array(stream.utf8), pieces: 5) }
        #expect(failure.status == status)
        #expect(failure.message == message)
    }

    @Test(
        "An answer that makes no sense is refused",
        arguments: [
            "", ": ping\n\n", "data: {\n\n", "data: <html>\n\n", "<html>busy</html>", "data: {\"choices\":null}\n\n", "data: 7\n\n",
        ])
    func malformed(stream: String) {
        let reader = ChatCompletionReader(request: TextRequest(messages: []))
        #expect(throws: MalformedAnswer.self) { try ToldAnswer(reader, Array(stream.utf8), pieces: 3) }
    }

    @Test("What came before an error is told, also when both came in one piece")
    func partial() throws {
        var reader = ChatCompletionReader(request: TextRequest(messages: []))
        var told = ToldAnswer()
        let stream = Self.hello + #"data: {"error":"lost"}"# + "\n\n"
        let failure = #expect(throws: ServerFailure.self) { try reader.feed(Array(stream.utf8)) { told.take($0) } }
        #expect(failure?.message == "lost")
        #expect(told.text == "Héllo 😀")
    }

    @Test("A reader says that only the end is missing as soon as the server gave its reason")
    func complete() throws {
        var reader = ChatCompletionReader(request: TextRequest(messages: []))
        try reader.feed(Array(Self.hello.utf8)) { _ in }
        #expect(!reader.isComplete)
        try reader.feed(Array(Self.chunk("{}", #""stop""#).utf8)) { _ in }
        #expect(reader.isComplete)
    }
}
