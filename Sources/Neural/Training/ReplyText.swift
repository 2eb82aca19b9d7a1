// How a message and its answer become one text: `<|endoftext|>message\nanswer<|endoftext|>`. The same at learning and at writing, or
// the adapter is asked for what it never saw. What people wrote holds no special token.

public enum ReplyText {
    /// Tokens of the message that are read: its end.
    static let longestMessage = 48
    private static let end = "<|endoftext|>"

    /// What to learn from; only the answer counts.
    public static func learning(_ answer: String, to message: String?, _ tokenizer: TextTokenizer) -> TrainingText {
        let close = tokenizer.token(end).map { [$0] } ?? []
        let before = close + read(message, tokenizer)
        return TrainingText(before + tokenizer.encode(plain(answer, tokenizer)) + close, firstTarget: before.count)
    }

    /// What to write on from, in tokens; the answer ends with the end of the text.
    static func beginning(_ message: String?, _ tokenizer: TextTokenizer) -> [Int32] {
        (tokenizer.token(end).map { [$0] } ?? []) + read(message, tokenizer)
    }

    private static func read(_ message: String?, _ tokenizer: TextTokenizer) -> [Int32] {
        tokenizer.encode(plain(message ?? "", tokenizer)).suffix(longestMessage) + tokenizer.encode("\n")
    }

    /// In one line, without what the tokenizer takes for more than text.
    private static func plain(_ text: String, _ tokenizer: TextTokenizer) -> String {
        tokenizer.guarded(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }
}
