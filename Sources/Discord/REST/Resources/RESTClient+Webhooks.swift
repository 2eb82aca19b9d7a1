import DiscordModels
import Support

// Webhooks of channels: how personas speak. Source: https://discord.com/developers/docs/resources/webhook

extension RESTClient {
    /// All of a channel; tokens only of the application's own. Takes the right to manage webhooks.
    public func webhooks(in channel: ChannelID) async throws -> [Webhook] {
        try await fetch(RESTCall(Route(.get, "/channels/{channel}/webhooks", ["channel": "\(channel)"], major: ["channel"])))
    }

    /// Makes one. Not repeatable: look for it with ``webhooks(in:)`` first.
    public func createWebhook(named name: String, in channel: ChannelID) async throws -> Webhook {
        try await fetch(
            RESTCall(Route(.post, "/channels/{channel}/webhooks", ["channel": "\(channel)"], major: ["channel"]), body: ["name": name]))
    }

    /// Speaks through a webhook and returns the message. Not repeatable.
    public func executeWebhook(
        _ webhook: WebhookID, token: Secret, _ message: OutgoingMessage, thread: ChannelID? = nil, fileBytes: Int = Limits.fileBytes
    ) async throws -> Message {
        let route = Route(
            .post, "/webhooks/{webhook}/{token}", ["webhook": "\(webhook)", "token": token.reveal()], major: ["webhook", "token"],
            authentication: .path, query: [("wait", "true"), ("thread_id", thread?.description)])
        try check(route) { () throws(InvalidPayload) in try message.validate(fileBytes: fileBytes) }
        return try await fetch(RESTCall(route, body: message, files: message.files))
    }
}
