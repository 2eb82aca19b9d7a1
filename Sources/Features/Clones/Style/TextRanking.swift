import Foundation

/// Finds the texts that have most to do with a few words: BM25 (Robertson and Zaragoza, 2009) over an inverted list. Pure.
struct TextRanking: Sendable {
    /// How soon a repeated word counts no more, and how much long texts are discounted.
    private static let saturation = 1.2
    private static let lengthWeight = 0.75

    private let lists: [String: [(text: Int32, count: Int32)]]
    private let lengths: [Int32]
    private let averageLength: Double

    init(_ texts: [[String]]) {
        var lists: [String: [(text: Int32, count: Int32)]] = [:]
        for (index, words) in texts.enumerated() {
            for (word, count) in Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +) {
                lists[word, default: []].append((Int32(index), Int32(count)))
            }
        }
        self.lists = lists
        lengths = texts.map { Int32($0.count) }
        averageLength = max(1, Double(lengths.reduce(0) { $0 + Int($1) }) / Double(max(1, texts.count)))
    }

    /// The best first; of equal ones the first.
    func best(for words: [String], limit: Int) -> [(text: Int, score: Double)] {
        var scores: [Int: Double] = [:]
        for word in Set(words) {
            guard let list = lists[word] else { continue }
            let holding = Double(list.count)
            let rarity = log(1 + (Double(lengths.count) - holding + 0.5) / (holding + 0.5))
            for entry in list {
                let count = Double(entry.count)
                let length = Double(lengths[Int(entry.text)]) / averageLength
                let discount = Self.saturation * (1 - Self.lengthWeight + Self.lengthWeight * length)
                let gain: Double = rarity * count * (Self.saturation + 1) / (count + discount)
                scores[Int(entry.text), default: 0] += gain
            }
        }
        let found = scores.map { (text: $0.key, score: $0.value) }
        return Array(found.sorted { $0.score > $1.score || $0.score == $1.score && $0.text < $1.text }.prefix(limit))
    }
}
