/// Which events one wants. Source: https://discord.com/developers/docs/events/gateway#gateway-intents
public struct GatewayIntents: OptionSet, Sendable, Hashable, Codable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let guilds = Self(rawValue: 1 << 0)
    /// Privileged.
    public static let guildMembers = Self(rawValue: 1 << 1)
    /// Privileged.
    public static let guildPresences = Self(rawValue: 1 << 8)
    public static let guildMessages = Self(rawValue: 1 << 9)
    public static let guildMessageReactions = Self(rawValue: 1 << 10)
    public static let guildMessageTyping = Self(rawValue: 1 << 11)
    public static let directMessages = Self(rawValue: 1 << 12)
    /// Privileged: without it, `content` is empty but in direct messages, mentions and one's own.
    public static let messageContent = Self(rawValue: 1 << 15)

    public static let privileged: Self = [.guildMembers, .guildPresences, .messageContent]
}
