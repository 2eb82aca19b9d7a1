import DiscordModels

// Channels. Source: https://discord.com/developers/docs/resources/channel

extension RESTClient {
    public func channel(_ channel: ChannelID) async throws -> Channel {
        try await fetch(RESTCall(Route(.get, "/channels/{channel}", ["channel": "\(channel)"], major: ["channel"])))
    }

    /// Shows "… is typing" for ten seconds, or until the bot's next message.
    public func showTyping(in channel: ChannelID) async throws {
        let route = Route(.post, "/channels/{channel}/typing", ["channel": "\(channel)"], major: ["channel"])
        try await perform(RESTCall(route, isRepeatable: true))
    }

    /// The channel of direct messages with a user; made when there is none.
    public func directChannel(with user: UserID) async throws -> Channel {
        try await fetch(RESTCall(Route(.post, "/users/@me/channels"), body: ["recipient_id": user], isRepeatable: true))
    }
}
