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

    mutating func feed(_ bytes: [UInt8]) throws -> [TextEvent] {
        var told: [TextEvent] = []
        for event in try events.feed(bytes) { told += try take(event) }
        return told
    }

    mutating func finish() throws -> [TextEvent] {
        var told: [TextEvent] = []
        if let event = try events.finish() { told += try take(event) }
        if !isDone { told += try takeStray() }
        return told + (try draft.finish())
    }

    private mutating func take(_ event: EventStreamReader.Event) throws -> [TextEvent] {
        if isDone { return [] }
        let data = event.data.trimmingCharacters(in: .whitespacesAndNewlines)
        if data.isEmpty { return [] }
        if data.uppercased() == "[DONE]" {
            isDone = true
            return try draft.finish()
        }
        if let chunk = Self.chunk(data) { return try take(chunk) }
        // Servers that forget the blank line between events make one of several.
        let lines = data.split(separator: "\n")
        if lines.count > 1 {
            return try lines.flatMap { try take(.init(name: event.name, data: String($0))) }
        }
        throw MalformedAnswer(what: "a piece of the answer is no JSON")
    }

    /// Lines outside all events: perhaps a whole completion or an error, pretty-printed or one a line.
    private mutating func takeStray() throws -> [TextEvent] {
        let lines = events.stray
        if lines.isEmpty { return [] }
        if let chunk = Self.chunk(lines.joined(separator: "\n")) { return try take(chunk) }
        let chunks = lines.compactMap { Self.chunk($0) }
        guard chunks.count == lines.count || draft.finishReason != nil else {
            throw MalformedAnswer(what: "the answer is no stream of events")
        }
        return try chunks.flatMap { try take($0) }
    }

    private mutating func take(_ chunk: ChatCompletionChunk) throws -> [TextEvent] {
        if let error = chunk.error { throw ServerFailure(body: error) }
        if let usage = chunk.usage { draft.usage = usage }
        guard let choice = chunk.choices?.first else { return [] }
        var told: [TextEvent] = []
        if let reasoning = choice.reasoning { told += draft.reasoning(reasoning) }
        if let content = choice.content { told += draft.content(content) }
        switch choice.finishReason {
        case nil, "": break
        case "length", "max_tokens": draft.finishReason = .length
        case "content_filter": draft.finishReason = .filtered
        case "error": throw ServerFailure(status: 500, message: "the model's provider failed midway")
        default: draft.finishReason = .stop
        }
        return told
    }

    private static func chunk(_ text: String) -> ChatCompletionChunk? {
        try? JSONDecoder().decode(ChatCompletionChunk.self, from: Data(text.utf8))
    }
}
