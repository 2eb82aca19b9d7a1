/// A text as words, for finding and comparing: lower case, letters and digits with their apostrophes.
enum StyleWords {
    static func of(_ text: String) -> [String] {
        let words = text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }
        return words.filter { word in word.contains { $0.isLetter || $0.isNumber } }.map { String($0).replacing("’", with: "'") }
    }

    /// So common that they say nothing of what a text is about.
    static let common: Set<String> = [
        "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been", "but", "by", "can",
        "could", "did", "do", "does", "don't", "for", "from", "get", "go", "got", "had", "has", "have", "he", "her", "here", "him", "his",
        "how", "i", "i'm", "if", "in", "into", "is", "it", "it's", "its", "just", "like", "lol", "me", "more", "my", "no", "not", "now",
        "of", "oh", "ok", "on", "one", "only", "or", "our", "out", "really", "she", "should", "so", "some", "than", "that", "that's", "the",
        "their", "them", "then", "there", "they", "this", "to", "too", "up", "us", "very", "was", "we", "well", "were", "what", "when",
        "where", "which", "who", "why", "will", "with", "would", "yeah", "yes", "you", "your",
    ]

    /// The words that a text is about; all of them where none is left.
    static func telling(_ text: String) -> [String] {
        let words = of(text)
        let telling = words.filter { !common.contains($0) }
        return telling.isEmpty ? words : telling
    }

    /// FNV-1a of words in their order.
    static func mark(_ words: ArraySlice<String>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in words {
            for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0x20) &* 0x100_0000_01B3
        }
        return hash
    }
}
