// Emoji spelled out in a prompt, as the published tokenizer does it: U+1F534 becomes "red_circle", so a painter that only
// knows letters still understands it. The longest known sequence wins; skin tones are appended to the names that take them; the table says where.

enum EmojiNames {
    private static let tones: [UInt32: String] = [
        0x1f3fb: "light", 0x1f3fc: "medium-light", 0x1f3fd: "medium", 0x1f3fe: "medium-dark", 0x1f3ff: "dark",
    ]

    /// Keys have neither variation selectors nor skin tones; `^` in a name is where the words for the tones go.
    private static let entries: [[UInt32]: String] = {
        var entries: [[UInt32]: String] = [:]
        for line in table.split(separator: ";") {
            guard let space = line.firstIndex(of: " ") else { continue }
            let key = line[..<space].split(separator: "-").compactMap { UInt32($0, radix: 16) }
            entries[key] = String(line[line.index(after: space)...])
        }
        return entries
    }()

    private static let longest = entries.keys.reduce(0) { max($0, $1.count) }

    static func spellOut(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        // Variation selectors only say how to draw what precedes them.
        let scalars = Array(text.unicodeScalars.filter { $0.value != 0xfe0f && $0.value != 0xfe0e })
        let values = scalars.map(\.value)
        var result = String.UnicodeScalarView()
        var position = 0
        while position < values.count {
            if let (name, end) = longestMatch(in: values, from: position) {
                result.append(contentsOf: name.unicodeScalars)
                position = end
            } else {
                result.append(scalars[position])
                position += 1
            }
        }
        return String(result)
    }

    private static func longestMatch(in values: [UInt32], from start: Int) -> (name: String, end: Int)? {
        if let alone = tones[values[start]] { return ("\(alone)_skin_tone", start + 1) }
        var key: [UInt32] = []
        var seenTones: [String] = []
        var best: (name: String, end: Int)?
        for end in start..<values.count where key.count <= longest {
            if let tone = tones[values[end]] {
                if !seenTones.contains(tone) { seenTones.append(tone) }
            } else {
                key.append(values[end])
            }
            guard key.count <= longest, let name = entries[key], seenTones.isEmpty || name.contains("^") else { continue }
            let words = seenTones.map { "_\($0)_skin_tone" }.joined()
            best = (name.replacing("^", with: words), end + 1)
        }
        return best
    }
}
