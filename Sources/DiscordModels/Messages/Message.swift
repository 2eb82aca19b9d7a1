/// A message as Discord tells it. Source: https://discord.com/developers/docs/resources/message#message-object
public struct Message: Sendable, Hashable, Codable {
    /// What sort of message; values unknown here are kept.
    public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let `default` = Self(rawValue: 0)
        public static let reply = Self(rawValue: 19)
        public static let chatInputCommand = Self(rawValue: 20)
        public static let contextMenuCommand = Self(rawValue: 23)
    }

    public var id: MessageID
    public var channelID: ChannelID
    public var guildID: GuildID?
    public var author: User
    public var member: Member?
    /// Empty where the message-content intent is missing and none of its exceptions holds.
    public var content: String
    /// ISO 8601.
    public var timestamp: String
    public var editedTimestamp: String?
    public var kind: Kind
    public var mentions: [User]?
    public var attachments: [Attachment]
    public var embeds: [Embed]
    public var components: [Component]?
    public var flags: MessageFlags?
    public var nonce: Nonce?
    public var webhookID: WebhookID?
    public var applicationID: ApplicationID?
    public var reference: MessageReference?
    /// The message that it answers, where Discord sent it along and it is still there.
    public var referenced: ReferencedMessage?
    public var interaction: InteractionMetadata?

    enum CodingKeys: String, CodingKey {
        case id, author, member, content, timestamp, mentions, attachments, embeds, components, flags, nonce
        case channelID = "channel_id"
        case guildID = "guild_id"
        case editedTimestamp = "edited_timestamp"
        case kind = "type"
        case webhookID = "webhook_id"
        case applicationID = "application_id"
        case reference = "message_reference"
        case referenced = "referenced_message"
        case interaction = "interaction_metadata"
    }
}

/// What one needs to know of a message that another answers.
public struct ReferencedMessage: Sendable, Hashable, Codable {
    public var id: MessageID
    public var author: User
    /// What that message answers.
    public var reference: MessageReference?

    public init(id: MessageID, author: User, reference: MessageReference? = nil) {
        self.id = id
        self.author = author
        self.reference = reference
    }

    enum CodingKeys: String, CodingKey {
        case id, author
        case reference = "message_reference"
    }
}

/// What a message answers or forwards.
public struct MessageReference: Sendable, Hashable, Codable {
    public var messageID: MessageID?
    public var channelID: ChannelID?
    public var guildID: GuildID?
    /// Whether sending fails when the message is gone; Discord's default is true.
    public var failIfNotExists: Bool?

    public init(messageID: MessageID?, channelID: ChannelID? = nil, guildID: GuildID? = nil, failIfNotExists: Bool? = nil) {
        self.messageID = messageID
        self.channelID = channelID
        self.guildID = guildID
        self.failIfNotExists = failIfNotExists
    }

    enum CodingKeys: String, CodingKey {
        case messageID = "message_id"
        case channelID = "channel_id"
        case guildID = "guild_id"
        case failIfNotExists = "fail_if_not_exists"
    }
}

/// The interaction that a message answers.
public struct InteractionMetadata: Sendable, Hashable, Codable {
    public var id: InteractionID
    public var user: User
}

/// The sender's own mark on a message, by which Discord recognises one sent twice. A string or a number on the wire.
public struct Nonce: Sendable, Hashable, Codable {
    public var text: String

    public init(_ text: String) { self.text = text }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) { self.text = text } else { text = String(try container.decode(Int64.self)) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Bits of a message. Source: https://discord.com/developers/docs/resources/message#message-object-message-flags
public struct MessageFlags: OptionSet, Sendable, Hashable, Codable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let suppressEmbeds = Self(rawValue: 1 << 2)
    /// Only the user of the interaction sees it.
    public static let ephemeral = Self(rawValue: 1 << 6)
    /// "… is thinking".
    public static let loading = Self(rawValue: 1 << 7)
    public static let suppressNotifications = Self(rawValue: 1 << 12)
    public static let componentsV2 = Self(rawValue: 1 << 15)
}
