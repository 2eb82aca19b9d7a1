import Memory
import Support

/// How much is said to another bot before a human says something: so that two bots do not talk for ever.
struct LoopBounds: Sendable, Hashable {
    /// Answers in a row without a human's word.
    var depth = 6
    /// Answers to one bot in ``window``, humans or not.
    var answers = 12
    /// Tokens spent on one bot in ``window``.
    var tokens = 6_000
    var window: Duration = .seconds(600)

    /// Whether one more answer is within bounds.
    func allow(_ record: SpeakingRecord?, at now: Timestamp) -> Bool {
        guard let record else { return true }
        guard record.depth < depth else { return false }
        guard now < record.windowBeganAt + window else { return true }
        return record.answers < answers && record.tokens < tokens
    }
}
