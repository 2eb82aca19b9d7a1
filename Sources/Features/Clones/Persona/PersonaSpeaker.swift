import Discord
import DiscordModels
import Logging
import Support
import Synchronization

/// Speaks as a clone: by one webhook of the application's own in each channel, with the clone's name; where the bot may not have one,
/// as itself with the name before the words.
final class PersonaSpeaker: Sendable {
    static let webhookName = "Troupe's clones"

    private let rest: RESTClient
    private let application: OwnApplication
    private let replies: DiscordReplies
    private let logger: Logger
    private let known = Mutex(RecentlyUsed<ChannelID, (id: WebhookID, token: Secret)>(capacity: 1_000))

    init(rest: RESTClient, application: OwnApplication, replies: DiscordReplies, logger: Logger) {
        self.rest = rest
        self.application = application
        self.replies = replies
        self.logger = logger
    }

    /// - Returns: the message.
    func say(_ text: String, as name: String, avatar: String?, in channel: ChannelID, for requestID: RequestID) async throws -> MessageID {
        let persona = PersonaName.of(name)
        for attempt in 0..<2 {
            do {
                guard let webhook = try await webhook(in: channel) else { break }
                let message = OutgoingMessage(content: text, username: persona, avatarURL: avatar)
                return try await rest.executeWebhook(webhook.id, token: webhook.token, message).id
            } catch let error as DiscordAPIError where error.isUnknownWebhook && attempt == 0 {
                known.withLock { $0[channel] = nil }
            } catch let error as DiscordAPIError where error.isForbidden || error.isUnknownChannel || error.isUnknownWebhook {
                logger.info("A clone speaks without a webhook", metadata: ["channel": "\(channel)", "error": "\(error)"])
                break
            }
        }
        let message = OutgoingMessage(
            content: DisplayText.shortened("**[\(persona)]** \(text)", limit: Limits.content), nonce: requestID.description)
        return try await replies.send(message, to: channel).id
    }

    /// A message that says this in the channel already, of a clone's.
    func find(_ text: String, in channel: ChannelID, after moment: Timestamp) async throws -> MessageID? {
        let messages = try await replies.messages(in: channel)
        return messages.first { message in
            message.author.isBot == true && message.id.millisecondsSinceEpoch >= (moment - .seconds(5)).millisecondsSinceEpoch
                && (message.webhookID != nil && message.content == text || message.content.hasSuffix("]** \(text)"))
        }?.id
    }

    private func webhook(in channel: ChannelID) async throws -> (id: WebhookID, token: Secret)? {
        if let webhook = known.withLock({ $0[channel] }) { return webhook }
        let application = try await application.id()
        let own = try await rest.webhooks(in: channel).first { $0.applicationID == application && $0.token != nil }
        let webhook: Webhook = if let own { own } else { try await rest.createWebhook(named: Self.webhookName, in: channel) }
        guard let token = webhook.token else { return nil }
        known.withLock { $0[channel] = (webhook.id, token) }
        return (webhook.id, token)
    }
}
