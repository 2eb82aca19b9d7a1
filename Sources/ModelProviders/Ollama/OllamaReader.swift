import Foundation
import Inference

/// Reads the answer to Ollama's `POST /api/chat` with `stream: true`: one JSON object a line, the last with `done: true`.
struct OllamaReader: ChatReader {
    private var lines = LineReader(limit: 1 << 20)
    private var draft: AnswerDraft

    init(request: TextRequest) { draft = AnswerDraft(request: request) }

    var isComplete: Bool { draft.isFinished }

    mutating func feed(_ bytes: [UInt8], _ tell: (TextEvent) -> Void) throws {
        for line in try lines.feed(bytes) { try take(line, tell) }
    }

    mutating func finish(_ tell: (TextEvent) -> Void) throws {
        if let line = lines.finish() { try take(line, tell) }
        for event in try draft.finish() { tell(event) }
    }

    private struct Line: Decodable {
        struct Message: Decodable {
            var content: String?
            var thinking: String?
        }
        var message: Message?
        var done: Bool?
        var done_reason: String?
        var prompt_eval_count: Int?
        var eval_count: Int?
        var error: String?
    }

    private mutating func take(_ bytes: [UInt8], _ tell: (TextEvent) -> Void) throws {
        if draft.isFinished || bytes.allSatisfy({ $0 == UInt8(ascii: " ") }) { return }
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(bytes)) else {
            throw MalformedAnswer(what: "a line of the answer is no JSON")
        }
        if let error = line.error { throw ServerFailure(status: 500, message: String(error.prefix(300))) }
        for event in (line.message?.thinking).map({ draft.reasoning($0) }) ?? [] { tell(event) }
        for event in (line.message?.content).map({ draft.content($0) }) ?? [] { tell(event) }
        guard line.done == true else { return }
        draft.finishReason = line.done_reason == "length" ? .length : .stop
        // Where the whole prompt was known from before, older servers leave its count out.
        if let written = line.eval_count {
            draft.usage = TextUsage(promptTokens: max(0, line.prompt_eval_count ?? 0), completionTokens: max(0, written))
        }
        for event in try draft.finish() { tell(event) }
    }
}
