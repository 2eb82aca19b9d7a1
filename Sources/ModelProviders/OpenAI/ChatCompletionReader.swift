import Foundation
import Inference

/// Reads the answer to `POST /v1/chat/completions` with `stream: true`: server-sent events that end with `[DONE]`, and what servers
/// send in their place: no end, errors under status 200, `choices: null`, or one whole completion as plain JSON.
struct ChatCompletionReader: ChatReader {
    private var events = EventStreamReader()
    private var draft: AnswerDraft
    private var isDone = false

    init(request: TextRequest) { draft = AnswerDraft(request: request) }

    var isComplete: Bool { isDone || draft.finishReason != nil }

    mutating func feed(_ bytes: [UInt8], _ tell: (TextEvent) -> Void) throws {
        for event in try events.feed(bytes) { try take(event.data, tell) }
    }

    mutating func finish(_ tell: (TextEvent) -> Void) throws {
        if let event = try events.finish() { try take(event.data, tell) }
        if !isDone { try takeStray(tell) }
        for event in try draft.finish() { tell(event) }
    }

    private mutating func take(_ data: String, _ tell: (TextEvent) -> Void) throws {
        let data = data.trimmingCharacters(in: .whitespacesAndNewlines)
        if isDone || data.isEmpty { return }
        if data.uppercased() == "[DONE]" {
            isDone = true
            for event in try draft.finish() { tell(event) }
        } else if let chunk = Self.chunk(data) {
            try take(chunk, tell)
        } else {
            // Servers that forget the blank line between events make one of several.
            let lines = data.split(separator: "\n")
            guard lines.count > 1 else { throw MalformedAnswer(what: "a piece of the answer is no JSON") }
            for line in lines { try take(String(line), tell) }
        }
    }

    /// Lines outside all events: perhaps a whole completion or an error, pretty-printed or one a line.
    private mutating func takeStray(_ tell: (TextEvent) -> Void) throws {
        let lines = events.stray
        if lines.isEmpty { return }
        if let chunk = Self.chunk(lines.joined(separator: "\n")) { return try take(chunk, tell) }
        let chunks = lines.compactMap { Self.chunk($0) }
        guard chunks.count == lines.count || draft.finishReason != nil else {
            throw MalformedAnswer(what: "the answer is no stream of events")
        }
        for chunk in chunks { try take(chunk, tell) }
    }

    private mutating func take(_ chunk: ChatCompletionChunk, _ tell: (TextEvent) -> Void) throws {
        if let error = chunk.error { throw ServerFailure(body: error) }
        if let usage = chunk.usage { draft.usage = usage }
        guard let choice = chunk.choices?.first else { return }
        for event in choice.reasoning.map({ draft.reasoning($0) }) ?? [] { tell(event) }
        for event in choice.content.map({ draft.content($0) }) ?? [] { tell(event) }
        switch choice.finishReason {
        case nil, "": break
        case "length", "max_tokens": draft.finishReason = .length
        case "content_filter": draft.finishReason = .filtered
        case "error": throw ServerFailure(status: 500, message: "the model's provider failed midway")
        default: draft.finishReason = .stop
        }
    }

    private static func chunk(_ text: String) -> ChatCompletionChunk? {
        try? JSONDecoder().decode(ChatCompletionChunk.self, from: Data(text.utf8))
    }
}
