/// Finds the part of a message that is worth answering: the sentence with the most to say, without links and without fragments that
/// mean nothing alone. Pure.
enum TopicPicker {
    static let longest = 200

    /// - Returns: nil where nothing is worth it.
    static func pick(from text: String) -> String? {
        let words = text.split(separator: " ").filter { !$0.lowercased().hasPrefix("http") && !$0.lowercased().hasPrefix("www.") }
        let sentences = words.joined(separator: " ").split { ".!?\n".contains($0) }.map { sentence in
            sentence.split(separator: " ").joined(separator: " ")
        }
        return sentences.filter { weight($0) > 0 }.max { weight($0) < weight($1) }.map { String($0.prefix(longest)) }
    }

    private static func weight(_ sentence: String) -> Int {
        let words = StyleWords.of(sentence)
        // A lone "to", "don't" or "isn't" is no topic.
        return words.count { $0.count > 2 && !StyleWords.common.contains($0) && !$0.hasSuffix("n't") }
    }
}
