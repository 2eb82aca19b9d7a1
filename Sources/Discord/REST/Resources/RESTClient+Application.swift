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

    /// The account that made the application; of a team's, a stand-in.
    public var owner: User?
    public var team: Team?

    /// Several people who share an application.
    public struct Team: Sendable, Hashable, Decodable {
        public struct Member: Sendable, Hashable, Decodable {
            public var user: User
        }

        public var members: [Member]
    }

    /// Whose the application is: its maker, or all of its team.
    public var owners: Set<UserID> { team.map { Set($0.members.map(\.user.id)) } ?? Set([owner?.id].compactMap(\.self)) }

    /// Message content is granted, in full or for a small bot.
    public var hasMessageContent: Bool { (flags ?? 0) & (1 << 18 | 1 << 19) != 0 }
}
