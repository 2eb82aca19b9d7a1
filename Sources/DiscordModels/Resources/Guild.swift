/// A community, called "server" in Discord's own pages. Source: https://discord.com/developers/docs/resources/guild
public struct Guild: Sendable, Hashable, Codable {
    public var id: GuildID
    public var name: String
    public var ownerID: UserID?
    public var roles: [Role]?
    /// Only in GUILD_CREATE.
    public var channels: [Channel]?
    /// Only in GUILD_CREATE.
    public var members: [Member]?
    public var unavailable: Bool?

    public init(
        id: GuildID, name: String, ownerID: UserID? = nil, roles: [Role]? = nil, channels: [Channel]? = nil, members: [Member]? = nil,
        unavailable: Bool? = nil
    ) {
        self.id = id
        self.name = name
        self.ownerID = ownerID
        self.roles = roles
        self.channels = channels
        self.members = members
        self.unavailable = unavailable
    }

    enum CodingKeys: String, CodingKey {
        case id, name, roles, channels, members, unavailable
        case ownerID = "owner_id"
    }
}

/// A guild of which only the id is known: at READY, and when it is left or down.
public struct UnavailableGuild: Sendable, Hashable, Codable {
    public var id: GuildID
    /// Absent in GUILD_DELETE when the bot was removed.
    public var unavailable: Bool?

    public init(id: GuildID, unavailable: Bool? = nil) {
        self.id = id
        self.unavailable = unavailable
    }
}

/// A role of a guild.
public struct Role: Sendable, Hashable, Codable {
    public var id: RoleID
    public var name: String
    public var color: Int?
    public var position: Int?
    public var permissions: Permissions?

    public init(id: RoleID, name: String, color: Int? = nil, position: Int? = nil, permissions: Permissions? = nil) {
        self.id = id
        self.name = name
        self.color = color
        self.position = position
        self.permissions = permissions
    }
}

/// A user in a guild.
public struct Member: Sendable, Hashable, Codable {
    /// Absent in message events, where it would repeat the author.
    public var user: User?
    public var nickname: String?
    public var roles: [RoleID]
    /// What the member may do in the channel of an interaction; only there.
    public var permissions: Permissions?

    public init(user: User? = nil, nickname: String? = nil, roles: [RoleID] = [], permissions: Permissions? = nil) {
        self.user = user
        self.nickname = nickname
        self.roles = roles
        self.permissions = permissions
    }

    enum CodingKeys: String, CodingKey {
        case user, roles, permissions
        case nickname = "nick"
    }
}
