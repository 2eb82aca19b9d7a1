import DiscordModels

// Webhooks of channels: how personas speak. Source: https://discord.com/developers/docs/resources/webhook

extension RESTClient {
    /// Speaks through a webhook and returns the message. Not repeatable.
    public func executeWebhook(
        _ webhook: WebhookID, token: String, _ message: OutgoingMessage, thread: ChannelID? = nil, fileBytes: Int = Limits.fileBytes
    ) async throws -> Message {
        let route = Route(
            .post, "/webhooks/{webhook}/{token}", ["webhook": "\(webhook)", "token": token], major: ["webhook", "token"],
            authentication: .path, query: [("wait", "true"), ("thread_id", thread?.description)])
        try check(route) { () throws(InvalidPayload) in try message.validate(fileBytes: fileBytes) }
        return try await fetch(RESTCall(route, body: message, files: message.files))
    }
}
