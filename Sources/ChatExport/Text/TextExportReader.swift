import Foundation
import Support

/// DiscordChatExporter's plain text: a head, then `[date] name` with the text below it. It knows no ids, no bots and no replies, and
/// its dates look as the exporter's country writes them: the first ones are kept back until their order is clear.
struct TextExportReader: ExportReader {
    private static let longestLine = 1 << 20
    private static let longestMessage = 1 << 20
    /// Messages that are kept back at most until the order of dates is taken as known.
    private static let patience = 2_000

    private enum Part { case start, head, messages, foot }

    private struct Draft {
        var name: String
        var date: LocalDate
        var lines: [String] = []
        var size = 0
        /// Inside `{Attachments}` and the like, which are not the person's words.
        var isInSection = false
        var attachments = 0
    }

    private(set) var channel = ExportedChannel()
    private var part = Part.start
    private var line: [UInt8] = []
    private var draft: Draft?
    private var isAfterBlank = true
    private var held: [Draft] = []
    private var order: LocalDate.Order?
    private var offset = 0

    mutating func feed(_ bytes: [UInt8], _ each: (ExportedMessage) throws -> Void) throws {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            line.append(contentsOf: rest[..<end])
            rest = rest[(end + 1)...]
            try endLine(each)
        }
        line.append(contentsOf: rest)
        offset += bytes.count
        guard line.count <= Self.longestLine else { throw ExportError.tooLarge("a line", limit: Self.longestLine, at: offset) }
    }

    mutating func finish(_ each: (ExportedMessage) throws -> Void) throws {
        if !line.isEmpty { try endLine(each) }
        try endMessage(each)
        try release(each)
        if part != .foot { throw ExportError.truncated }
    }

    private mutating func endLine(_ each: (ExportedMessage) throws -> Void) throws {
        if line.last == 0x0D { line.removeLast() }
        if line.starts(with: ByteOrderMark.utf8) { line.removeFirst(3) }
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        let isRule = text.utf8.count >= 20 && text.utf8.allSatisfy { $0 == UInt8(ascii: "=") }
        switch part {
        case .start: if isRule { part = .head }
        case .head: if isRule { part = .messages } else { tellHead(text) }
        case .messages:
            if isRule, isAfterBlank {
                part = .foot
                try endMessage(each)
            } else if isAfterBlank, let next = Self.opening(text) {
                try endMessage(each)
                draft = next
            } else {
                try append(text)
            }
            isAfterBlank = text.isEmpty
        case .foot: break
        }
    }

    private mutating func tellHead(_ text: String) {
        if text.hasPrefix("Guild: ") { channel.guildName = String(text.dropFirst(7)) }
        if text.hasPrefix("Channel: ") { channel.name = text.dropFirst(9).split(separator: " / ").last.map(String.init) }
    }

    /// `[date] name`, perhaps `(pinned)`.
    private static func opening(_ text: String) -> Draft? {
        guard text.first == "[", let close = text.range(of: "] ") else { return nil }
        guard let date = LocalDate(String(text[text.index(after: text.startIndex)..<close.lowerBound])) else { return nil }
        var name = text[close.upperBound...]
        if name.hasSuffix(" (pinned)") { name = name.dropLast(9) }
        return name.isEmpty ? nil : Draft(name: String(name), date: date)
    }

    private mutating func append(_ text: String) throws {
        guard draft != nil else { return }
        let sections: Set = ["{Attachments}", "{Embed}", "{Stickers}", "{Reactions}", "{Forwarded Message}", "{Call}", "{Invite}"]
        if sections.contains(text) {
            draft?.isInSection = true
            if text == "{Attachments}" { draft?.attachments += 1 }
        } else if draft?.isInSection == false {
            draft?.size += text.utf8.count + 1
            guard draft.map({ $0.size <= Self.longestMessage }) == true else {
                throw ExportError.tooLarge("a message", limit: Self.longestMessage, at: offset)
            }
            draft?.lines.append(text)
        }
    }

    private mutating func endMessage(_ each: (ExportedMessage) throws -> Void) throws {
        guard var done = draft else { return }
        draft = nil
        while done.lines.last?.isEmpty == true { done.lines.removeLast() }
        if let order { return try each(Self.message(done, order)) }
        held.append(done)
        if held.count == Self.patience { try release(each) }
    }

    private mutating func release(_ each: (ExportedMessage) throws -> Void) throws {
        guard order == nil else { return }
        let order = DateOrder.of(held.map(\.date)) ?? .dayFirst
        self.order = order
        for draft in held { try each(Self.message(draft, order)) }
        held = []
    }

    private static func message(_ draft: Draft, _ order: LocalDate.Order) -> ExportedMessage {
        ExportedMessage(
            author: ExportedAuthor(name: draft.name), sentAt: draft.date.moment(order), content: draft.lines.joined(separator: "\n"),
            attachments: draft.attachments)
    }
}
