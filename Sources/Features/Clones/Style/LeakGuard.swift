/// Keeps a clone from saying again, word for word, what the person once wrote: no run of more than eight words of one message. Pure.
struct LeakGuard: Sendable {
    /// Longest run of words that may be the person's own.
    static let longestRun = 8

    private let runs: Set<UInt64>

    /// - Parameter texts: what the person wrote.
    init(_ texts: some Sequence<String>) {
        var runs: Set<UInt64> = []
        for text in texts {
            let words = StyleWords.of(text)
            guard words.count > Self.longestRun else { continue }
            for start in 0...(words.count - Self.longestRun - 1) {
                runs.insert(StyleWords.mark(words[start...(start + Self.longestRun)]))
            }
        }
        self.runs = runs
    }

    func leaks(_ text: String) -> Bool {
        let words = StyleWords.of(text)
        guard words.count > Self.longestRun else { return false }
        return (0...(words.count - Self.longestRun - 1)).contains { runs.contains(StyleWords.mark(words[$0...($0 + Self.longestRun)])) }
    }
}
