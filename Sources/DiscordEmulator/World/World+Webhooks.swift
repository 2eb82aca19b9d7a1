import OrderedCollections

/// Channel webhooks: how a bot speaks as a persona.
extension World {
    static let webhooksPerChannel = 15

    mutating func createWebhook(named name: String, in channel: ChannelRecord, by userID: ID) throws(DiscordError) -> WebhookRecord {
        let count = webhooks.values.count { $0.channelID == channel.id }
        guard count < Self.webhooksPerChannel else { throw .tooManyWebhooks }
        let webhook = WebhookRecord(
            id: nextID(), token: tokens.next("webhook"), name: name, channelID: channel.id, guildID: channel.guildID,
            applicationID: applications[userID]?.id, creatorID: userID)
        webhooks[webhook.id] = webhook
        events.append(.webhooksChanged(channelID: channel.id))
        return webhook
    }

    mutating func deleteWebhook(_ id: ID) {
        guard let webhook = webhooks.removeValue(forKey: id) else { return }
        events.append(.webhooksChanged(channelID: webhook.channelID))
    }

    mutating func execute(_ webhook: WebhookRecord, _ draft: MessageDraft) throws(DiscordError) -> MessageRecord {
        guard let channel = channels[webhook.channelID] else { throw .unknownChannel }
        var draft = draft
        if draft.webhookName == nil { draft.webhookName = webhook.name }
        return try createMessage(draft, in: channel, by: webhook.id) { message in
            message.webhookID = webhook.id
            message.applicationID = webhook.applicationID
        }
    }
}
