import DiscordModels

/// Cuts a long text into messages, as a person would: between paragraphs, else lines, else sentences, else words; never
/// inside of a link or inline code that would fit, and a code block that must be cut goes on as one. Pure.
///
/// Of a text that grows, the messages before the last stay as they are, but for what a line that was not whole yet turns into.
struct MessageSplitter: Sendable {
    /// UTF-16 code units of a message, which is how Discord counts.
    var limit = Limits.content

    private static let closing = "\n```"

    /// The messages, none empty; an open code block is closed at the end of each and opened anew in the next.
    func split(_ text: String) -> [String] {
        var pieces: [String] = []
        var rest = Substring(text)
        var fence: String?
        while true {
            if fence == nil { rest = rest.drop { $0.isNewline } }
            let opening = fence.map { $0 + "\n" } ?? ""
            let room = limit - opening.utf16.count
            if let length = rest.utf16Length(upTo: room) {
                let isOpen = Fences.open(after: rest, from: fence) != nil
                if !isOpen || length + Self.closing.utf16.count <= room {
                    append(opening, rest, closed: isOpen, to: &pieces)
                    return pieces
                }
            }
            let cut = BreakFinder(text: rest, room: room, fence: fence).best()
            fence = Fences.open(after: rest[..<cut], from: fence)
            append(opening, rest[..<cut], closed: fence != nil, to: &pieces)
            rest = rest[cut...]
            if fence != nil, rest.first?.isNewline == true { rest.removeFirst() }
        }
    }

    private func append(_ opening: String, _ body: Substring, closed: Bool, to pieces: inout [String]) {
        var body = body
        while body.last?.isWhitespace == true { body.removeLast() }
        if body.allSatisfy(\.isWhitespace) { return }
        pieces.append(opening + body + (closed ? Self.closing : ""))
    }
}

extension Substring {
    /// How many UTF-16 code units it has; nil if more than a limit. Looks no further than that.
    fileprivate func utf16Length(upTo limit: Int) -> Int? {
        var length = 0
        for scalar in unicodeScalars {
            length += UTF16.width(scalar)
            if length > limit { return nil }
        }
        return length
    }
}

/// Follows code blocks through a text.
enum Fences {
    /// The line that opened the block which is open after a text; nil where none is.
    static func open(after text: Substring, from fence: String?) -> String? {
        var fence = fence
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { step(line, &fence) }
        return fence
    }

    /// Takes in one line.
    static func step(_ line: Substring, _ fence: inout String?) {
        let bare = line.drop { $0 == " " || $0 == "\t" }
        if fence != nil {
            if bare.hasPrefix("```") { fence = nil }
        } else if bare.hasPrefix("```"), !bare.dropFirst(3).contains("```") {
            let language = bare.dropFirst(3).prefix { $0.isLetter || $0.isNumber || "+-#_.".contains($0) }.prefix(20)
            fence = "```" + language
        }
    }
}
