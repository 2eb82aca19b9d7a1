import Support

/// A way to speak in a channel under any name. Source: https://discord.com/developers/docs/resources/webhook#webhook-object
public struct Webhook: Sendable, Hashable, Decodable {
    public var id: WebhookID
    public var channelID: ChannelID?
    public var name: String?
    /// The application that made it; only it may see the token.
    public var applicationID: ApplicationID?
    public var token: Secret?

    enum CodingKeys: String, CodingKey {
        case id, name, token
        case channelID = "channel_id"
        case applicationID = "application_id"
    }
}
