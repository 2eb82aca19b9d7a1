import DiscordModels

// Who the bot is, and where its gateway is.
// Sources: https://discord.com/developers/docs/resources/user, …/resources/application, …/events/gateway#get-gateway-bot

extension RESTClient {
    /// The bot's own user.
    public func currentUser() async throws -> User {
        try await fetch(RESTCall(Route(.get, "/users/@me")))
    }

    public func currentApplication() async throws -> CurrentApplication {
        try await fetch(RESTCall(Route(.get, "/applications/@me")))
    }

    public func gatewayBot() async throws -> GatewayBotInfo {
        try await fetch(RESTCall(Route(.get, "/gateway/bot")))
    }
}

/// The application that the bot's token belongs to: what of it Troupe reads.
public struct CurrentApplication: Sendable, Hashable, Decodable {
    public var id: ApplicationID
    public var name: String
    /// Tells whether privileged intents were granted.
    public var flags: Int?

    /// Message content is granted, in full or for a small bot.
    public var hasMessageContent: Bool { (flags ?? 0) & (1 << 18 | 1 << 19) != 0 }
}
