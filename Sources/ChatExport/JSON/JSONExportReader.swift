import Foundation
import Support

/// DiscordChatExporter's JSON, old and new; and `messages.json` of a data package, which is an array of fewer fields.
struct JSONExportReader: ExportReader {
    private(set) var channel: ExportedChannel
    /// Whose words a data package holds.
    private let owner: ExportedAuthor?
    private var splitter = JSONSplitter()
    private let decoder = JSONDecoder()

    /// - Parameter owner: who wrote what names no author: the person whose data package it is.
    init(channel: ExportedChannel = ExportedChannel(), owner: ExportedAuthor? = nil) {
        self.channel = channel
        self.owner = owner
    }

    mutating func feed(_ bytes: [UInt8], _ each: (ExportedMessage) throws -> Void) throws {
        let decoder = decoder
        let owner = owner
        var channel = channel
        let start = splitter.offset
        try splitter.feed(bytes) { piece in
            switch piece {
            case .field("guild", let json): (try? decoder.decode(GuildForm.self, from: Data(json))).map { $0.tell(&channel) }
            case .field("channel", let json): (try? decoder.decode(ChannelForm.self, from: Data(json))).map { $0.tell(&channel) }
            case .field: break
            case .element(let json):
                do {
                    let form = try decoder.decode(MessageForm.self, from: Data(json))
                    if let message = form.message(owner: owner) { try each(message) }
                } catch is DecodingError {
                    throw ExportError.malformed("a message is not written as an export writes it, somewhere after", at: start)
                }
            }
        }
        self.channel = channel
    }

    mutating func finish(_ each: (ExportedMessage) throws -> Void) throws {
        if !splitter.isComplete { throw ExportError.truncated }
    }
}

/// A field that is a number in one version and a text in another.
private struct LooseID: Decodable {
    let value: UInt64?

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) { value = UInt64(text) } else { value = try? container.decode(UInt64.self) }
    }
}

private struct GuildForm: Decodable {
    let id: LooseID?
    let name: String?

    func tell(_ channel: inout ExportedChannel) {
        channel.guildID = id?.value
        channel.guildName = name
    }
}

private struct ChannelForm: Decodable {
    let id: LooseID?
    let name: String?
    let type: String?

    func tell(_ channel: inout ExportedChannel) {
        channel.id = id?.value
        channel.name = name
        channel.kind = type
    }
}

private struct AuthorForm: Decodable {
    let id: LooseID?
    let name: String?
    let discriminator: String?
    let nickname: String?
    let isBot: Bool?

    var author: ExportedAuthor {
        ExportedAuthor(id: id?.value, name: name ?? nickname ?? "unknown", nickname: nickname, isBot: isBot ?? false)
    }
}

private struct MessageForm: Decodable {
    struct Reference: Decodable {
        let type: String?
        let messageId: LooseID?
    }

    /// Only that there is something.
    struct Presence: Decodable {
        init(from decoder: any Decoder) {}
    }

    let id: LooseID?
    let type: String?
    let timestamp: String?
    let content: String?
    let author: AuthorForm?
    let attachments: [Presence]?
    let mentions: [AuthorForm]?
    let reference: Reference?
    let forwardedMessage: Presence?
    let interaction: Presence?
    // A data package's.
    let ID: LooseID?
    let Timestamp: String?
    let Contents: String?
    let Attachments: String?

    func message(owner: ExportedAuthor?) -> ExportedMessage? {
        guard let author = author?.author ?? owner else { return nil }
        let kind: ExportedMessage.Kind =
            switch type {
            case nil, "Default": reference?.messageId?.value == nil ? .ordinary : .reply
            case "Reply": .reply
            case "20": .ordinary
            case .some(let name): .other(name)
            }
        let isForward = forwardedMessage != nil || reference?.type == "Forward"
        return ExportedMessage(
            id: id?.value ?? ID?.value, author: author, sentAt: (timestamp ?? Timestamp).flatMap(ExportedTime.parse),
            content: content ?? Contents ?? "", kind: isForward ? .ordinary : kind,
            repliesTo: isForward ? nil : reference?.messageId?.value, mentions: mentions?.map(\.author) ?? [],
            attachments: attachments?.count ?? Attachments?.split(separator: " ").count ?? 0, isForwarded: isForward,
            answersCommand: interaction != nil || type == "20")
    }
}
