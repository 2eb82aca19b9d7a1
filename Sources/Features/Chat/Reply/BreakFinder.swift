/// Finds the best place to cut a text that does not fit. Pure.
struct BreakFinder: Sendable {
    /// Longer than ``room``.
    let text: Substring
    /// UTF-16 code units that fit.
    let room: Int
    /// The line that opened the code block in which the text begins, if it does.
    let fence: String?

    /// Kinds of places, the best first, and how full (in per cent) a message must be to be cut there.
    private enum Kind: Int, CaseIterable {
        case paragraph, item, line, codeLine, sentence, word, anyLine, anyWord

        var fill: Int {
            switch self {
            case .paragraph, .item: 50
            case .line, .codeLine, .sentence: 60
            case .word: 70
            case .anyLine, .anyWord: 1
            }
        }
    }

    /// Where to cut; always beyond the beginning.
    func best() -> Substring.Index {
        var found: [Kind: Substring.Index] = [:]
        var open = fence
        var (used, start) = (0, text.startIndex)
        while start < text.endIndex, used <= room {
            let end = text[start...].firstIndex(where: \.isNewline) ?? text.endIndex
            let line = text[start..<end]
            if start > text.startIndex { note(lineAt: start, line, used: used, isCode: open != nil, &found) }
            let wasCode = open != nil
            Fences.step(line, &open)
            if !wasCode, open == nil { note(wordsIn: line, used: used, &found) }
            if wasCode { note(spacesIn: line, used: used, &found) }
            used += line.utf16.count
            guard end < text.endIndex else { break }
            used += text[end].utf16.count
            start = text.index(after: end)
        }
        for kind in Kind.allCases { if let place = found[kind] { return place } }
        return hardest()
    }

    /// A line that begins here could begin the next message.
    private func note(lineAt index: Substring.Index, _ line: Substring, used: Int, isCode: Bool, _ found: inout [Kind: Substring.Index]) {
        // Before the line break, which goes.
        guard fits(used, isCode: isCode) else { return }
        if isCode {
            // The line that closes a block stays with it.
            guard !line.drop(while: { $0 == " " }).hasPrefix("```") else { return }
            take(.codeLine, index, used, &found)
        } else {
            let before = text[..<text.index(before: index)].last
            if before?.isNewline == true, !line.allSatisfy(\.isWhitespace) { take(.paragraph, index, used, &found) }
            let isIndented = line.first == " " || line.first == "\t"
            if !isIndented, Self.isItem(line) || !line.isEmpty { take(Self.isItem(line) ? .item : .line, index, used, &found) }
        }
        take(.anyLine, index, used, &found)
    }

    /// Between sentences and words, outside of what belongs together.
    private func note(wordsIn line: Substring, used: Int, _ found: inout [Kind: Substring.Index]) {
        // What begins beyond the room does not matter, and what ends far beyond it could not stay whole.
        let line = line.prefix(2 * room)
        let spans = BoundSpans.find(in: line)
        var length = used
        var (previous, beforePrevious): (Character?, Character?) = (nil, nil)
        for index in line.indices {
            let character = line[index]
            if character == " ", previous != nil, fits(length, isCode: false) {
                let next = line.index(after: index)
                if !spans.contains(where: { $0.lowerBound < index && index < $0.upperBound }) {
                    if let previous, ".!?…:".contains(previous), beforePrevious?.isNumber != true { take(.sentence, next, length, &found) }
                    take(.word, next, length, &found)
                }
                take(.anyWord, next, length, &found)
            }
            length += character.utf16.count
            if length > room { return }
            (beforePrevious, previous) = (previous, character)
        }
    }

    private func note(spacesIn line: Substring, used: Int, _ found: inout [Kind: Substring.Index]) {
        var length = used
        for index in line.indices {
            if line[index] == " ", fits(length, isCode: true) { take(.anyWord, line.index(after: index), length, &found) }
            length += line[index].utf16.count
            if length > room { return }
        }
    }

    private func fits(_ used: Int, isCode: Bool) -> Bool { used > 0 && used + (isCode ? 4 : 0) <= room }

    /// The last place of each kind counts.
    private func take(_ kind: Kind, _ index: Substring.Index, _ used: Int, _ found: inout [Kind: Substring.Index]) {
        if used * 100 >= room * kind.fill { found[kind] = index }
    }

    /// One word without end: cut between what people see as characters; one of those that does not fit itself goes whole.
    private func hardest() -> Substring.Index {
        let room = room - 4
        var (length, index) = (0, text.startIndex)
        while index < text.endIndex {
            length += text[index].utf16.count
            if length > room { break }
            index = text.index(after: index)
        }
        guard index == text.startIndex else { return index }
        // Thousands of marks upon one letter: between scalars, then.
        var scalars = 0
        let units = text.unicodeScalars
        let cut = units.indices.first { position in
            scalars += units[position].utf16.count
            return scalars > room
        }
        return cut ?? text.endIndex
    }

    /// Whether a line begins an item of a list, a heading or a quotation.
    private static func isItem(_ line: Substring) -> Bool {
        if ["- ", "* ", "+ ", "# ", "## ", "### ", "> "].contains(where: line.hasPrefix) { return true }
        let digits = line.prefix { $0.isNumber }
        return !digits.isEmpty && digits.count <= 3
            && (line.dropFirst(digits.count).hasPrefix(". ") || line.dropFirst(digits.count).hasPrefix(") "))
    }
}

/// What in a line belongs together: links, inline code, formatting.
enum BoundSpans {
    static func find(in line: Substring) -> [Range<Substring.Index>] {
        var spans: [Range<Substring.Index>] = []
        var index = line.startIndex
        while index < line.endIndex {
            if let end = link(in: line, at: index) ?? code(in: line, at: index) {
                spans.append(index..<end)
                index = end
            } else {
                index = line.index(after: index)
            }
        }
        for mark in ["**", "__", "~~", "||"] { spans += pairs(of: mark, in: line) }
        return spans
    }

    /// `[words](address)`, where it is whole.
    private static func link(in line: Substring, at start: Substring.Index) -> Substring.Index? {
        guard line[start] == "[", let middle = line[start...].firstIndex(of: "]") else { return nil }
        let opening = line.index(after: middle)
        guard opening < line.endIndex, line[opening] == "(", let end = line[opening...].firstIndex(of: ")") else { return nil }
        return line.index(after: end)
    }

    /// `` `code` ``, where it is whole.
    private static func code(in line: Substring, at start: Substring.Index) -> Substring.Index? {
        guard line[start] == "`" else { return nil }
        let marks = line[start...].prefix { $0 == "`" }
        var rest = line[marks.endIndex...]
        while let next = rest.firstIndex(of: "`") {
            let run = line[next...].prefix { $0 == "`" }
            if run.count == marks.count { return run.endIndex }
            rest = line[run.endIndex...]
        }
        return nil
    }

    private static func pairs(of mark: String, in line: Substring) -> [Range<Substring.Index>] {
        let places = line.ranges(of: mark).map(\.lowerBound)
        return stride(from: 0, to: places.count - 1, by: 2).map { places[$0]..<line.index(places[$0 + 1], offsetBy: mark.count) }
    }
}
