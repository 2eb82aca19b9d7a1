import Foundation
import Memory

/// What is known of how a person writes: their examples, found by what a message is about; how they sound; what must not be said
/// again. Built once from what is kept, then only read. Pure.
struct StyleIndex: Sendable {
    let examples: [CloneExample]
    let leaks: LeakGuard
    private let byQuestion: TextRanking
    private let byAnswer: TextRanking
    private let sound: Sound

    init(_ examples: [CloneExample]) {
        self.examples = examples
        leaks = LeakGuard(examples.lazy.map(\.content))
        byQuestion = TextRanking(examples.map { StyleWords.telling($0.answers ?? "") })
        byAnswer = TextRanking(examples.map { StyleWords.telling($0.content) })
        sound = Sound(examples.lazy.map(\.content))
    }

    /// Examples to show a model before it answers a message: first those that answered something like it, then those that speak of it,
    /// then any, spread over time. Different ones each time, where there are many of equal worth.
    ///
    /// - Parameter draw: 0..<1.
    func examples(for message: String?, limit: Int, draw: () -> Double) -> [CloneExample] {
        var chosen: [Int] = []
        if let message {
            let words = StyleWords.telling(message)
            chosen = byQuestion.best(for: words, limit: limit / 2).map(\.text)
            chosen += byAnswer.best(for: words, limit: limit / 2).map(\.text).filter { !chosen.contains($0) }
        }
        var tries = 0
        while chosen.count < min(limit, examples.count), tries < limit * 4 {
            tries += 1
            let index = min(examples.count - 1, Int(draw() * Double(examples.count)))
            if !chosen.contains(index) { chosen.append(index) }
        }
        return chosen.prefix(limit).map { examples[$0] }
    }

    /// How much a text sounds like the person, 0…1: the cosine of three-letter sequences.
    func likeness(of text: String) -> Double { sound.likeness(of: text) }

    /// How much a text has to do with a message, from 0.
    func relevance(of text: String, to message: String) -> Double {
        let wanted = Set(StyleWords.telling(message))
        guard !wanted.isEmpty else { return 0 }
        return Double(Set(StyleWords.telling(text)).intersection(wanted).count) / Double(wanted.count)
    }
}

/// How often a person writes which three letters after one another, punctuation and case included.
struct Sound: Sendable {
    private let counts: [UInt64: Double]
    private let length: Double

    init(_ texts: some Sequence<String>) {
        var counts: [UInt64: Double] = [:]
        for text in texts { for run in Self.runs(text) { counts[run, default: 0] += 1 } }
        // Rare and frequent runs nearer to one another.
        self.counts = counts.mapValues { log(1 + $0) }
        length = sqrt(self.counts.values.reduce(0) { $0 + $1 * $1 })
    }

    func likeness(of text: String) -> Double {
        var own: [UInt64: Double] = [:]
        for run in Self.runs(text) { own[run, default: 0] += 1 }
        guard length > 0, !own.isEmpty else { return 0 }
        let size = sqrt(own.values.reduce(0) { $0 + $1 * $1 })
        return own.reduce(0) { $0 + $1.value * (counts[$1.key] ?? 0) } / (size * length)
    }

    private static func runs(_ text: String) -> [UInt64] {
        let letters = Array(" \(text) ".unicodeScalars.map { UInt64($0.value) })
        guard letters.count >= 3 else { return [] }
        return (0...(letters.count - 3)).map { letters[$0] << 42 | letters[$0 + 1] << 21 | letters[$0 + 2] }
    }
}
