// How a message and its answer become one text: `<start>message\nanswer<end>`, with GPT-2's `<|endoftext|>` for both. The same at
// learning and at writing, or the adapter is asked for what it never saw. What people wrote holds no special token.

public struct ReplyText: Sendable {
    /// Tokens of the message that are read: its end.
    static let longestMessage = 48

    let tokenizer: TextTokenizer
    /// Begins a text, where the base has such a token.
    let start: Int32?
    /// Ends one.
    let end: Int32?

    /// What to learn from; only the answer counts.
    public func learning(_ answer: String, to message: String?) -> TrainingText {
        let before = beginning(message)
        return TrainingText(before + tokenizer.encode(plain(answer)) + [end].compactMap(\.self), firstTarget: before.count)
    }

    /// What to write on from, in tokens; the answer ends with the end of the text.
    func beginning(_ message: String?) -> [Int32] {
        [start].compactMap(\.self) + tokenizer.encode(plain(message ?? "")).suffix(Self.longestMessage) + tokenizer.encode("\n")
    }

    /// In one line, without what the tokenizer takes for more than text.
    private func plain(_ text: String) -> String {
        tokenizer.guarded(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }
}
