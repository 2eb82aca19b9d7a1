import DiscordModels
import Support

// Messages in channels. Source: https://discord.com/developers/docs/resources/message

extension RESTClient {
    /// Sends a message. With a nonce it is repeatable: Discord recognises a second one for a few minutes.
    public func createMessage(
        in channel: ChannelID, _ message: OutgoingMessage, fileBytes: Int = Limits.fileBytes
    ) async throws -> Message {
        let route = Route(.post, "/channels/{channel}/messages", ["channel": "\(channel)"], major: ["channel"])
        try check(route) { () throws(InvalidPayload) in try message.validate(fileBytes: fileBytes) }
        return try await fetch(RESTCall(route, body: message, files: message.files, isRepeatable: message.nonce != nil))
    }

    public func message(_ message: MessageID, in channel: ChannelID) async throws -> Message {
        try await fetch(RESTCall(self.message(.get, channel, message)))
    }

    /// The latest messages, newest first.
    /// - Parameter limit: 1 to 100.
    public func messages(in channel: ChannelID, limit: Int = 50, before: MessageID? = nil) async throws -> [Message] {
        let route = Route(
            .get, "/channels/{channel}/messages", ["channel": "\(channel)"], major: ["channel"],
            query: [("limit", String(max(1, min(100, limit)))), ("before", before?.description)])
        return try await fetch(RESTCall(route))
    }

    public func editMessage(
        _ message: MessageID, in channel: ChannelID, _ edit: MessageEdit, fileBytes: Int = Limits.fileBytes
    ) async throws -> Message {
        let route = self.message(.patch, channel, message)
        try check(route) { () throws(InvalidPayload) in try edit.validate(fileBytes: fileBytes) }
        return try await fetch(RESTCall(route, body: edit, files: edit.files))
    }

    public func deleteMessage(_ message: MessageID, in channel: ChannelID) async throws {
        try await perform(RESTCall(self.message(.delete, channel, message)))
    }

    private func message(_ method: Route.Method, _ channel: ChannelID, _ message: MessageID) -> Route {
        Route(
            method, "/channels/{channel}/messages/{message}", ["channel": "\(channel)", "message": "\(message)"], major: ["channel"])
    }

    /// Finds before the wire what Discord would refuse.
    func check(_ route: Route, _ validate: () throws(InvalidPayload) -> Void) throws(DiscordAPIError) {
        do { try validate() } catch { throw DiscordAPIError(.invalidPayload, route, message: error.description) }
    }
}
