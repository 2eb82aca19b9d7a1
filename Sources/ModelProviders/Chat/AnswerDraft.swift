import Inference

/// What a server has said of an answer so far: text and thoughts told apart, how it ended, what it took.
struct AnswerDraft: Sendable {
    /// How it ended, once the server said so.
    var finishReason: TextCompletion.FinishReason?
    /// What it took, once the server said so.
    var usage: TextUsage?

    private let promptEstimate: Int
    private var splitter = ReasoningSplitter()
    /// All that was written, for an estimate where the server does not count.
    private var written = ""
    private(set) var isFinished = false

    init(request: TextRequest) { promptEstimate = TokenEstimate.tokens(request.messages) }

    mutating func content(_ text: String) -> [TextEvent] {
        written += text
        return splitter.feed(text)
    }

    mutating func reasoning(_ text: String) -> [TextEvent] {
        written += text
        return text.isEmpty ? [] : [.reasoning(text)]
    }

    /// What was held back, and the end; nothing the second time.
    ///
    /// - Throws: ``MalformedAnswer`` when the server said nothing at all, not even that it was done.
    mutating func finish() throws -> [TextEvent] {
        if isFinished { return [] }
        guard finishReason != nil || !written.isEmpty else { throw MalformedAnswer(what: "the stream ended without an answer") }
        isFinished = true
        let usage = usage ?? TextUsage(promptTokens: promptEstimate, completionTokens: TokenEstimate.tokens(written))
        return splitter.finish() + [.finished(TextCompletion(finishReason: finishReason ?? .stop, usage: usage))]
    }
}
