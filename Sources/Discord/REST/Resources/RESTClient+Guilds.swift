import DiscordModels

// Guilds. Source: https://discord.com/developers/docs/resources/guild

extension RESTClient {
    /// With its roles.
    public func guild(_ guild: GuildID) async throws -> Guild {
        try await fetch(RESTCall(Route(.get, "/guilds/{guild}", ["guild": "\(guild)"], major: ["guild"])))
    }

    /// Who somebody is in a guild.
    public func member(_ user: UserID, of guild: GuildID) async throws -> Member {
        try await fetch(
            RESTCall(Route(.get, "/guilds/{guild}/members/{user}", ["guild": "\(guild)", "user": "\(user)"], major: ["guild"])))
    }
}
