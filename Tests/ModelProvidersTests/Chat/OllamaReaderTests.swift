import Inference
import Testing

@testable import ModelProviders

@Suite("Answers of Ollama")
struct OllamaReaderTests {
    private static func line(_ message: String, _ more: String = #""done":false"#) -> String {
        #"{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant",\#(message)},\#(more)}"# + "\n"
    }

    private static let end = #""done":true,"done_reason":"stop","total_duration":5,"prompt_eval_count":9,"eval_count":3"#

    private static let shapes: [(stream: String, answer: ToldAnswer)] = [
        (
            line(#""content":"Hé""#) + line(#""content":"llo 😀""#) + line(#""content":"""#, end),
            ToldAnswer(text: "Héllo 😀", completion: .init(finishReason: .stop, usage: .init(promptTokens: 9, completionTokens: 3)))
        ),
        (
            line(#""content":"","thinking":"hm""#) + line(#""content":"Yes""#, end.replacing("stop", with: "length")),
            ToldAnswer(
                text: "Yes", reasoning: "hm", completion: .init(finishReason: .length, usage: .init(promptTokens: 9, completionTokens: 3)))
        ),
        (
            "\r\n" + line(#""content":"<think>hm</think>Yes""#).replacing("\n", with: "\r\n")
                + line(#""content":"""#, #""done":true,"eval_count":2"#).dropLast(),
            ToldAnswer(
                text: "Yes", reasoning: "hm", completion: .init(finishReason: .stop, usage: .init(promptTokens: 0, completionTokens: 2)))
        ),
    ]

    @Test("Every shape of a stream becomes an answer, in pieces of any size", arguments: shapes, [1, 7, 100_000])
    func everyShape(shape: (stream: String, answer: ToldAnswer), pieces: Int) throws {
        let reader = OllamaReader(request: TextRequest(messages: []))
        #expect(try ToldAnswer(reader, Array(shape.stream.utf8), pieces: pieces) == shape.answer)
    }

    @Test("An error in the middle of a stream is an error")
    func error() throws {
        let stream = Self.line(#""content":"He""#) + #"{"error":"the runner stopped"}"# + "\n"
        let reader = OllamaReader(request: TextRequest(messages: []))
        let failure = try #require(throws: ServerFailure.self) { try ToldAnswer(reader, Array(stream.utf8), pieces: 4) }
        #expect(failure.message == "the runner stopped")
    }

    @Test("An answer that makes no sense is refused", arguments: ["", "\n\n", "<html>\n", "{\"message\":\n"])
    func malformed(stream: String) {
        let reader = OllamaReader(request: TextRequest(messages: []))
        #expect(throws: MalformedAnswer.self) { try ToldAnswer(reader, Array(stream.utf8), pieces: 3) }
    }
}
