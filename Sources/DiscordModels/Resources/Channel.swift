/// A place for messages. Source: https://discord.com/developers/docs/resources/channel#channel-object
public struct Channel: Sendable, Hashable, Codable {
    /// What sort of channel; values unknown here are kept.
    public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let guildText = Self(rawValue: 0)
        public static let directMessage = Self(rawValue: 1)
        public static let guildVoice = Self(rawValue: 2)
        public static let groupDirectMessage = Self(rawValue: 3)
        public static let guildCategory = Self(rawValue: 4)
        public static let guildAnnouncement = Self(rawValue: 5)
        public static let announcementThread = Self(rawValue: 10)
        public static let publicThread = Self(rawValue: 11)
        public static let privateThread = Self(rawValue: 12)
        public static let guildForum = Self(rawValue: 15)
    }

    public var id: ChannelID
    public var kind: Kind
    public var guildID: GuildID?
    public var name: String?
    public var topic: String?
    public var parentID: ChannelID?
    public var isAgeRestricted: Bool?

    public init(
        id: ChannelID, kind: Kind, guildID: GuildID? = nil, name: String? = nil, topic: String? = nil, parentID: ChannelID? = nil,
        isAgeRestricted: Bool? = nil
    ) {
        self.id = id
        self.kind = kind
        self.guildID = guildID
        self.name = name
        self.topic = topic
        self.parentID = parentID
        self.isAgeRestricted = isAgeRestricted
    }

    enum CodingKeys: String, CodingKey {
        case id, name, topic
        case kind = "type"
        case guildID = "guild_id"
        case parentID = "parent_id"
        case isAgeRestricted = "nsfw"
    }
}
