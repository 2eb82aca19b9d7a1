import Support

/// Somebody used the application. Source: https://discord.com/developers/docs/interactions/receiving-and-responding
public struct Interaction: Sendable, Hashable, Decodable {
    /// What was done; values unknown here are kept.
    public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let ping = Self(rawValue: 1)
        public static let command = Self(rawValue: 2)
        public static let component = Self(rawValue: 3)
        public static let autocomplete = Self(rawValue: 4)
        public static let modalSubmit = Self(rawValue: 5)
    }

    public var id: InteractionID
    public var applicationID: ApplicationID
    public var kind: Kind
    /// Opens the response routes for 15 minutes to whoever has it.
    public var token: Secret
    public var data: InteractionData?
    public var guildID: GuildID?
    public var channelID: ChannelID?
    /// Where it was done, as far as Discord tells.
    public var channel: Channel?
    /// In guilds.
    public var member: Member?
    /// In direct messages.
    public var user: User?
    /// The message whose component was used.
    public var message: Message?
    /// What the application may do in the channel.
    public var applicationPermissions: Permissions?
    /// The user's language, as `en-GB`.
    public var locale: String?
    /// Bytes a file of the response may have.
    public var attachmentSizeLimit: Int?

    public init(
        id: InteractionID, applicationID: ApplicationID, kind: Kind, token: Secret, data: InteractionData? = nil, guildID: GuildID? = nil,
        channelID: ChannelID? = nil, channel: Channel? = nil, member: Member? = nil, user: User? = nil, message: Message? = nil,
        applicationPermissions: Permissions? = nil, locale: String? = nil, attachmentSizeLimit: Int? = nil
    ) {
        self.id = id
        self.applicationID = applicationID
        self.kind = kind
        self.token = token
        self.data = data
        self.guildID = guildID
        self.channelID = channelID
        self.channel = channel
        self.member = member
        self.user = user
        self.message = message
        self.applicationPermissions = applicationPermissions
        self.locale = locale
        self.attachmentSizeLimit = attachmentSizeLimit
    }

    /// Who did it, wherever it was done.
    public var author: User? { member?.user ?? user }

    enum CodingKeys: String, CodingKey {
        case id, token, data, channel, member, user, message, locale
        case kind = "type"
        case applicationID = "application_id"
        case guildID = "guild_id"
        case channelID = "channel_id"
        case applicationPermissions = "app_permissions"
        case attachmentSizeLimit = "attachment_size_limit"
    }
}
