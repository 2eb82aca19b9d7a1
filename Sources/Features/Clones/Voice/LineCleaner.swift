import Foundation

/// What a model wrote, made into one line that a clone may say, or nothing. Pure.
struct LineCleaner: Sendable {
    static let longest = 600

    /// In lower case; matched as whole words.
    let blocked: [String]

    init(blocked: [String] = []) { self.blocked = blocked.map { StyleWords.of($0).joined(separator: " ") }.filter { !$0.isEmpty } }

    /// - Parameters:
    ///   - name: the person's, which models like to write before a line.
    ///   - others: names of others; where the model goes on to speak for them, it is cut.
    /// - Returns: nil where nothing is left, or it holds a blocked word, or it says again what the person wrote.
    func line(from written: String, name: String, others: [String], leaks: LeakGuard) -> String? {
        var text = written.replacing("<|startoftext|>", with: "")
        if let end = text.range(of: "<|endoftext|>") { text = String(text[..<end.lowerBound]) }
        let written = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var lines = written.map { $0.trimmingCharacters(in: .whitespaces) }
        lines = Array(lines.drop(while: \.isEmpty).prefix { !$0.isEmpty })
        if let other = lines.dropFirst().firstIndex(where: { line in others.contains { Self.speaks($0, in: line) } }) {
            lines = Array(lines[..<other])
        }
        if let first = lines.first { lines[0] = Self.withoutSpeaker(first, name: name) }
        text = Self.withoutQuotes(lines.joined(separator: "\n"))
        text = text.replacing("@everyone", with: "everyone").replacing("@here", with: "here")
        if text.count > Self.longest { text = Self.cut(text) }
        guard text.contains(where: { $0.isLetter || $0.isNumber }), !isBlocked(text), !leaks.leaks(text) else { return nil }
        return text
    }

    func isBlocked(_ text: String) -> Bool {
        let words = " \(StyleWords.of(text).joined(separator: " ")) "
        return blocked.contains { words.contains(" \($0) ") }
    }

    private static func speaks(_ name: String, in line: String) -> Bool {
        let line = line.lowercased()
        let name = name.lowercased()
        return line.hasPrefix("\(name):") || line.hasPrefix("[\(name)]") || line.hasPrefix("<\(name)>")
    }

    /// `Name: hello`, `[AI of @Name] hello` become `hello`.
    private static func withoutSpeaker(_ line: String, name: String) -> String {
        for start in ["AI of @\(name)", "AI of \(name)", name]
        where line.lowercased().dropFirst(line.first == "[" ? 1 : 0)
            .hasPrefix(start.lowercased())
        {
            let rest = line.dropFirst(start.count + (line.first == "[" ? 1 : 0))
            guard let sign = rest.first, sign == ":" || sign == "]" else { continue }
            return rest.dropFirst().trimmingCharacters(in: CharacterSet(charactersIn: " :"))
        }
        return line
    }

    private static func withoutQuotes(_ text: String) -> String {
        guard text.count > 2, let first = text.first, let last = text.last, ["\"\"", "“”"].contains("\(first)\(last)"),
            !text.dropFirst().dropLast().contains(first)
        else { return text }
        return String(text.dropFirst().dropLast())
    }

    /// After the last whole sentence or word that fits.
    private static func cut(_ text: String) -> String {
        let start = text.prefix(longest)
        if let end = start.lastIndex(where: { ".!?\n".contains($0) }), start.distance(from: start.startIndex, to: end) > longest / 3 {
            return String(start[...end])
        }
        return start.lastIndex(of: " ").map { String(start[..<$0]) } ?? String(start)
    }
}
