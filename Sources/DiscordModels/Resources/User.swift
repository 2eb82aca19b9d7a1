/// A person or a bot. Source: https://discord.com/developers/docs/resources/user#user-object
public struct User: Sendable, Hashable, Codable {
    public var id: UserID
    public var username: String
    /// The name shown where a guild has no nickname.
    public var globalName: String?
    public var avatar: String?
    public var isBot: Bool?

    public init(id: UserID, username: String, globalName: String? = nil, avatar: String? = nil, isBot: Bool? = nil) {
        self.id = id
        self.username = username
        self.globalName = globalName
        self.avatar = avatar
        self.isBot = isBot
    }

    /// The name people know this user by.
    public var displayName: String { globalName ?? username }

    /// Text that Discord shows as a mention of this user.
    public var mention: String { "<@\(id)>" }

    enum CodingKeys: String, CodingKey {
        case id, username, avatar
        case globalName = "global_name"
        case isBot = "bot"
    }
}
