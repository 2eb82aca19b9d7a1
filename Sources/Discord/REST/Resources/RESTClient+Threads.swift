import DiscordModels

// Threads. Source: https://discord.com/developers/docs/resources/channel#start-thread-from-message

extension RESTClient {
    /// Opens a thread on a message. Repeatable: a second one is refused, and the thread has the message's id.
    /// - Parameter name: 1 to 100 characters.
    public func openThread(on message: MessageID, in channel: ChannelID, named name: String) async throws -> ChannelID {
        struct Wish: Encodable { var name: String }
        let route = Route(
            .post, "/channels/{channel}/messages/{message}/threads", ["channel": "\(channel)", "message": "\(message)"], major: ["channel"])
        do {
            let thread: Channel = try await fetch(RESTCall(route, body: Wish(name: name), isRepeatable: true))
            return thread.id
        } catch let error as DiscordAPIError where error.code == .threadExists {
            return message.cast()
        }
    }
}
