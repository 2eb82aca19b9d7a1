// Where byte-level tokenizers cut a text before merging, by the published rules. Each is a regular expression in the files;
// here it is the same rule by hand, so that it costs a table lookup a letter and cannot run away.
//
//   GPT-2    's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//   LLaMA 3  (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//   Qwen2    as LLaMA 3 with \p{N} alone

enum WordSplitter: Sendable, Equatable {
    case gpt2
    /// `digits`: how many digits stay together.
    case llama3(digits: Int)
    /// Every digit alone, the rest untouched.
    case digits

    private static let tail = #" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let head = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"#

    /// The rule that a published expression means; nil for others.
    init?(pattern: String) {
        switch pattern {
        case #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: self = .gpt2
        case Self.head + #"\p{N}{1,3}|"# + Self.tail: self = .llama3(digits: 3)
        case Self.head + #"\p{N}|"# + Self.tail: self = .llama3(digits: 1)
        default: return nil
        }
    }

    enum Kind {
        case letter, number, space, lineEnd, other

        init(_ scalar: Unicode.Scalar) {
            if scalar.isASCII {
                switch scalar {
                case "a"..."z", "A"..."Z": self = .letter
                case "0"..."9": self = .number
                case "\n", "\r": self = .lineEnd
                case " ", "\t", "\u{0B}", "\u{0C}": self = .space
                default: self = .other
                }
                return
            }
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
            case .decimalNumber, .letterNumber, .otherNumber: self = .number
            default: self = scalar.properties.isWhitespace ? .space : .other
            }
        }

        var isSpace: Bool { self == .space || self == .lineEnd }
        var isOther: Bool { self == .other }
    }

    /// The pieces of a text, in order; together they are the text.
    func split(_ text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
        let kinds = text.map(Kind.init)
        var pieces: [ArraySlice<Unicode.Scalar>] = []
        var at = 0
        while at < text.count {
            let end = max(self.end(from: at, text, kinds), at + 1)
            pieces.append(text[at..<end])
            at = end
        }
        return pieces
    }

    private func end(from at: Int, _ text: [Unicode.Scalar], _ kinds: [Kind]) -> Int {
        /// The first place from `start` on whose kind differs, after at most `limit`.
        func run(from start: Int, limit: Int = .max, _ belongs: (Kind) -> Bool) -> Int {
            var end = start
            while end < kinds.count, end - start < limit, belongs(kinds[end]) { end += 1 }
            return end
        }
        if self == .digits {
            return kinds[at] == .number ? at + 1 : run(from: at) { $0 != .number }
        }
        if let contraction = contraction(at: at, text) { return contraction }
        let isSpace = text[at] == " "
        let next = at + 1 < kinds.count ? kinds[at + 1] : nil
        switch self {
        case .gpt2:
            let word = isSpace ? at + 1 : at
            if word < kinds.count, !kinds[word].isSpace {
                let kind = kinds[word]
                return run(from: word) { $0 == kind }
            }
        case .llama3(let digits):
            if kinds[at] == .letter { return run(from: at) { $0 == .letter } }
            if kinds[at] == .number { return run(from: at, limit: digits) { $0 == .number } }
            if kinds[at] != .lineEnd, next == .letter { return run(from: at + 1) { $0 == .letter } }
            if kinds[at] == .other || isSpace && next == .other {
                return run(from: run(from: at + 1) { $0.isOther }) { $0 == .lineEnd }
            }
        case .digits: break
        }
        // Only space is left: up to the last line end; or all but the last, if a word follows; or all.
        let end = run(from: at) { $0.isSpace }
        if self != .gpt2, let last = kinds[at..<end].lastIndex(of: .lineEnd) { return last + 1 }
        return end < kinds.count && end - at > 1 ? end - 1 : end
    }

    /// The end of 's, 't, 're, 've, 'm, 'll or 'd at this place.
    private func contraction(at: Int, _ text: [Unicode.Scalar]) -> Int? {
        guard text[at] == "'", at + 1 < text.count else { return nil }
        func letter(_ index: Int) -> Unicode.Scalar? {
            guard index < text.count else { return nil }
            if self == .gpt2 { return text[index] }
            if text[index] == "\u{17F}" { return "s" }  // the long s, whatever the case
            return text[index].isASCII ? text[index].properties.lowercaseMapping.unicodeScalars.first : text[index]
        }
        switch (letter(at + 1), letter(at + 2)) {
        case ("s", _), ("t", _), ("m", _), ("d", _): return at + 2
        case ("r", "e"), ("v", "e"), ("l", "l"): return at + 3
        default: return nil
        }
    }
}
