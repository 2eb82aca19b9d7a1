/// A command as Discord has it registered.
/// Source: https://discord.com/developers/docs/interactions/application-commands#application-command-object
public struct ApplicationCommand: Sendable, Hashable, Codable {
    /// How a command is called; values unknown here are kept.
    public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// `/name`.
        public static let chatInput = Self(rawValue: 1)
        public static let user = Self(rawValue: 2)
        public static let message = Self(rawValue: 3)
    }

    public var id: CommandID
    public var kind: Kind?
    public var applicationID: ApplicationID
    public var guildID: GuildID?
    public var name: String
    public var description: String
    public var options: [CommandOption]?
    public var defaultMemberPermissions: Permissions?
    public var isAgeRestricted: Bool?
    public var integrationTypes: [Int]?
    public var contexts: [Int]?
    public var version: Snowflake<ApplicationCommand>?

    enum CodingKeys: String, CodingKey {
        case id, name, description, options, contexts, version
        case kind = "type"
        case applicationID = "application_id"
        case guildID = "guild_id"
        case defaultMemberPermissions = "default_member_permissions"
        case isAgeRestricted = "nsfw"
        case integrationTypes = "integration_types"
    }
}

/// A command to register.
public struct NewApplicationCommand: Sendable, Hashable, Codable {
    public var kind: ApplicationCommand.Kind
    /// 1–32 characters, lower case for chat-input commands.
    public var name: String
    /// 1–100 characters; empty for user and message commands.
    public var description: String
    public var options: [CommandOption]
    public var defaultMemberPermissions: Permissions?
    public var isAgeRestricted: Bool
    /// 0 guild install, 1 user install; nil leaves Discord's default.
    public var integrationTypes: [Int]?
    /// 0 guild, 1 direct message with the bot, 2 private channel; nil leaves Discord's default.
    public var contexts: [Int]?

    public init(
        kind: ApplicationCommand.Kind = .chatInput, name: String, description: String, options: [CommandOption] = [],
        defaultMemberPermissions: Permissions? = nil, isAgeRestricted: Bool = false, integrationTypes: [Int]? = nil, contexts: [Int]? = nil
    ) {
        self.kind = kind
        self.name = name
        self.description = description
        self.options = options
        self.defaultMemberPermissions = defaultMemberPermissions
        self.isAgeRestricted = isAgeRestricted
        self.integrationTypes = integrationTypes
        self.contexts = contexts
    }

    enum CodingKeys: String, CodingKey {
        case name, description, options, contexts
        case kind = "type"
        case defaultMemberPermissions = "default_member_permissions"
        case isAgeRestricted = "nsfw"
        case integrationTypes = "integration_types"
    }
}
