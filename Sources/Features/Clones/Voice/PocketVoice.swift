import Memory

/// Speaks in a person's manner with no model at all: goes from word to word as the person's own messages do (a chain of word pairs),
/// beginning with what has to do with the message. Small talk at best; what there is where no chat model is configured. Pure.
struct PocketVoice: Sendable {
    private static let longest = 30

    private let starts: [[String]]
    private let next: [Pair: [String?]]

    private struct Pair: Hashable {
        let first: String
        let second: String
    }

    /// - Parameter examples: what to speak like; those that count more, more than once.
    init(_ examples: [CloneExample]) {
        var starts: [[String]] = []
        var next: [Pair: [String?]] = [:]
        for example in examples {
            let words = example.content.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 2 else {
                if let only = words.first { starts.append([only]) }
                continue
            }
            starts.append(Array(words[..<2]))
            for index in 0..<(words.count - 1) {
                next[Pair(first: words[index].lowercased(), second: words[index + 1].lowercased()), default: []].append(
                    index + 2 < words.count ? words[index + 2] : nil)
            }
        }
        self.starts = starts
        self.next = next
    }

    /// - Parameter draw: 0..<1.
    func line(draw: () -> Double) -> String? {
        func pick<Value>(_ values: [Value]) -> Value? {
            values.isEmpty ? nil : values[min(values.count - 1, Int(draw() * Double(values.count)))]
        }
        guard var words = pick(starts) else { return nil }
        while words.count >= 2, words.count < Self.longest {
            let pair = Pair(first: words[words.count - 2].lowercased(), second: words[words.count - 1].lowercased())
            guard let word = pick(next[pair] ?? []) ?? nil else { break }
            words.append(word)
        }
        return words.joined(separator: " ")
    }
}
