import Support

/// DiscordChatExporter's HTML, light or dark: told by its classes, so that the look of the page does not matter. The moment of a
/// message is in its id; only the first of a group names its author.
struct HTMLExportReader: ExportReader {
    /// What the text between tags belongs to.
    private enum Place: Hashable { case author, tag, content, reply, guild }

    private static let longestText = 1 << 20

    private struct Draft {
        var id: UInt64?
        var content = ""
        var repliesTo: UInt64?
        var attachments = 0
        var isWritten = false
        var isSystem = false
        var isForwarded = false
        var answersCommand = false
    }

    private(set) var channel = ExportedChannel()
    private var tokens = HTMLTokens()
    private var author = ExportedAuthor(name: "unknown")
    private var draft: Draft?
    /// The element whose text is read, and how many of its name are open inside it.
    private var place: (place: Place, element: String, depth: Int)?
    private var hasEnd = false

    mutating func feed(_ bytes: [UInt8], _ each: (ExportedMessage) throws -> Void) throws {
        var tokens = tokens
        try tokens.feed(bytes) { try take($0, each) }
        self.tokens = tokens
    }

    mutating func finish(_ each: (ExportedMessage) throws -> Void) throws {
        var tokens = tokens
        try tokens.finish { try take($0, each) }
        try endMessage(each)
        if !hasEnd { throw ExportError.truncated }
    }

    private mutating func take(_ token: HTMLTokens.Token, _ each: (ExportedMessage) throws -> Void) throws {
        switch token {
        case .text(let text): try say(text)
        case .tag(let tag) where tag.isClosing: close(tag)
        case .tag(let tag):
            if let place, tag.name == place.element { self.place?.depth += 1 }
            try open(tag, each)
        }
    }

    private mutating func open(_ tag: HTMLTokens.Tag, _ each: (ExportedMessage) throws -> Void) throws {
        if tag.has("chatlog__message-container") {
            try endMessage(each)
            draft = Draft(id: tag.attributes["data-message-id"].flatMap { UInt64($0) })
        } else if tag.has("chatlog__message-group") {
            try endMessage(each)
            author = ExportedAuthor(name: "unknown")
        } else if tag.has("chatlog__author") {
            author = ExportedAuthor(
                id: tag.attributes["data-user-id"].flatMap { UInt64($0) }, name: tag.attributes["title"] ?? "", nickname: "")
            enter(.author, tag)
        } else if tag.has("chatlog__author-tag") {
            enter(.tag, tag)
        } else if tag.has("chatlog__content"), draft != nil, !tag.has("chatlog__forwarded-content") {
            draft?.isWritten = true
            enter(.content, tag)
        } else if tag.has("chatlog__reply") {
            enter(.reply, tag)
        } else if tag.has("chatlog__reply-link") {
            draft?.repliesTo = tag.attributes["onclick"].flatMap(Self.target)
        } else if tag.has("chatlog__attachment") {
            draft?.attachments += 1
        } else if tag.has("chatlog__system-notification-content") || tag.has("chatlog__system-notification-icon") {
            draft?.isSystem = true
        } else if tag.has("chatlog__forwarded") || tag.has("chatlog__forwarded-content") {
            draft?.isForwarded = true
        } else if tag.has("chatlog__reply-author"), tag.has("chatlog__interaction-author") {
            draft?.answersCommand = true
        } else if tag.has("preamble__entry"), draft == nil {
            enter(.guild, tag)
        } else if tag.has("postamble") || tag.has("postamble__entry") {
            try endMessage(each)
            hasEnd = true
        } else if tag.name == "br" {
            try say("\n")
        } else if tag.name == "img", tag.has("chatlog__emoji") {
            try say(tag.attributes["alt"] ?? "")
        } else if tag.has("chatlog__edited-timestamp"), place?.place == .content {
            // Discord's word, not the author's; nothing of the content comes after it.
            place = nil
        }
    }

    private mutating func enter(_ place: Place, _ tag: HTMLTokens.Tag) { self.place = (place, tag.name, 0) }

    private mutating func close(_ tag: HTMLTokens.Tag) {
        guard let open = place, open.element == tag.name else { return }
        if open.depth == 0 { place = nil } else { place?.depth -= 1 }
    }

    private mutating func say(_ text: String) throws {
        switch place?.place {
        case .author: author.nickname = (author.nickname ?? "") + text
        case .tag: author.isBot = author.isBot || ["BOT", "APP", "SYSTEM", "SERVER", "WEBHOOK"].contains(text.uppercased())
        case .content:
            draft?.content += text
            guard draft.map({ $0.content.utf8.count <= Self.longestText }) != false else {
                throw ExportError(.tooLarge, "a message is longer than \(Self.longestText) bytes")
            }
        case .guild:
            let word = text.split(whereSeparator: \.isNewline).joined(separator: " ").drop { $0 == " " }
            guard !word.isEmpty else { return }
            if channel.guildName == nil {
                channel.guildName = String(word)
            } else if channel.name == nil {
                channel.name = word.split(separator: " / ").last.map(String.init)
            }
        case .reply, nil: break
        }
    }

    private mutating func endMessage(_ each: (ExportedMessage) throws -> Void) throws {
        guard let done = draft else { return }
        draft = nil
        place = nil
        var author = author
        if author.name.isEmpty { author.name = author.nickname ?? "unknown" }
        let content = done.content.drop { $0.isWhitespace }
        try each(
            ExportedMessage(
                id: done.id, author: author, content: String(content.reversed().drop { $0.isWhitespace }.reversed()),
                kind: done.isSystem && !done.isWritten ? .other("notification") : done.repliesTo == nil ? .ordinary : .reply,
                repliesTo: done.repliesTo, attachments: done.attachments, isForwarded: done.isForwarded,
                answersCommand: done.answersCommand))
    }

    /// The id in `scrollToMessage(event,'123')`.
    private static func target(_ script: String) -> UInt64? {
        script.split { !$0.isNumber }.last.flatMap { UInt64($0) }
    }
}
