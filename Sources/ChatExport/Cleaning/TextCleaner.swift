/// Decides which messages show how a person talks, and tidies them: links go, spaces are joined.
///
/// Remembers, in a bounded table, what was said before; an old duplicate may slip through, a new text is never taken for one.
public struct TextCleaner {
    public static let longest = 1_500
    private static let memory = 1 << 18

    public private(set) var report = CleaningReport()
    private var seen = [UInt64](repeating: 0, count: memory)

    public init() {}

    /// - Returns: the text to keep, or nil; the report says why.
    public mutating func take(_ message: ExportedMessage) -> String? {
        switch Self.judge(message) {
        case .success(let text):
            let mark = Self.mark(text, by: message.author)
            guard seen[Int(mark % UInt64(Self.memory))] != mark else {
                report.drop(text, .duplicate)
                return nil
            }
            seen[Int(mark % UInt64(Self.memory))] = mark
            report.keep(text)
            return text
        case .failure(let dropped):
            report.drop(message.content, dropped.reason)
            return nil
        }
    }

    /// Whether a text may hold what must not be said again.
    public static func isPrivate(_ text: String) -> Bool { PrivateText.holdsSecret(text) || PrivateText.holdsAddress(text) }

    struct Dropped: Error, Hashable {
        let reason: DropReason
    }

    /// Without regard to what was said before.
    static func judge(_ message: ExportedMessage) -> Result<String, Dropped> {
        if !message.kind.isWritten { return .failure(Dropped(reason: .system)) }
        if message.author.isBot || message.answersCommand { return .failure(Dropped(reason: .bot)) }
        if message.isForwarded { return .failure(Dropped(reason: .forwarded)) }
        return tidied(message.content)
    }

    /// A text on its own, as a person would type it.
    static func tidied(_ content: String) -> Result<String, Dropped> {
        func dropped(_ reason: DropReason) -> Result<String, Dropped> { .failure(Dropped(reason: reason)) }
        if content.contains("```") { return dropped(.code) }
        if content.count > longest { return dropped(.long) }
        if PrivateText.holdsSecret(content) { return dropped(.secret) }
        var hasLink = false
        let lines = content.split(whereSeparator: \.isNewline).map { line in
            line.split(whereSeparator: { $0.isWhitespace || $0 == "\0" }).filter { word in
                let isLink = isLink(word)
                hasLink = hasLink || isLink
                return !isLink
            }.joined(separator: " ")
        }
        let text = lines.filter { !$0.isEmpty }.joined(separator: "\n")
        if text.isEmpty { return dropped(hasLink ? .link : .empty) }
        if PrivateText.holdsAddress(text) { return dropped(.address) }
        if isCommand(text) { return dropped(.command) }
        if !text.contains(where: \.isLetter) || isOneKey(text) { return dropped(hasLink ? .link : .junk) }
        return .success(text)
    }

    private static func isLink(_ word: Substring) -> Bool {
        let start = word.drop { "<([*_~|\"'".contains($0) }.lowercased()
        return ["http://", "https://", "www.", "discord.gg/"].contains { start.hasPrefix($0) } || start.contains("](http")
    }

    /// `!play something`, `/roll`, `$help`: a sign and at once a word.
    private static func isCommand(_ text: String) -> Bool {
        guard let first = text.first, "!/$%;&~+=?.".contains(first) || text.hasPrefix("-") || text.hasPrefix(">") else { return false }
        let word = text.dropFirst().prefix { !$0.isWhitespace }
        return word.first?.isLetter == true && word.allSatisfy { $0.isLetter || $0.isNumber || "-_:".contains($0) }
    }

    /// `aaaaaa`: a hand on the keyboard.
    private static func isOneKey(_ text: String) -> Bool {
        let letters = text.lowercased().filter(\.isLetter)
        return letters.count > 4 && Set(letters).count == 1
    }

    /// FNV-1a over the author and the text without regard to case and spaces; never 0.
    private static func mark(_ text: String, by author: ExportedAuthor) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in author.name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in text.lowercased().utf8 where byte > 0x20 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash == 0 ? 1 : hash
    }
}
