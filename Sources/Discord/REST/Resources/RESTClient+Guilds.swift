import DiscordModels

// Guilds. Source: https://discord.com/developers/docs/resources/guild

extension RESTClient {
    /// With its roles.
    public func guild(_ guild: GuildID) async throws -> Guild {
        try await fetch(RESTCall(Route(.get, "/guilds/{guild}", ["guild": "\(guild)"], major: ["guild"])))
    }
}
