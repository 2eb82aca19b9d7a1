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

    mutating func change(_ webhook: WebhookRecord, _ change: WebhookForm.Change) throws(DiscordError) -> WebhookRecord {
        var webhook = webhook
        if let name = change.name { webhook.name = name }
        if let picture = change.picture { webhook.pictureHash = picture.map { keepPicture($0) } }
        let left = webhook.channelID
        if let target = change.channelID, target != left {
            guard let channel = channels[target], channel.guildID == webhook.guildID, !channel.isThread else { throw .unknownChannel }
            guard webhooks.values.count(where: { $0.channelID == target }) < Self.webhooksPerChannel else { throw .tooManyWebhooks }
            webhook.channelID = target
            events.append(.webhooksChanged(channelID: target))
        }
        webhooks[webhook.id] = webhook
        events.append(.webhooksChanged(channelID: left))
        return webhook
    }

    mutating func execute(_ webhook: WebhookRecord, _ speech: WebhookForm.Speech) throws(DiscordError) -> MessageRecord {
        guard let home = channels[webhook.channelID] else { throw .unknownChannel }
        var draft = speech.draft
        if draft.webhookName == nil { draft.webhookName = webhook.name }
        let shape = { (message: inout MessageRecord) in
            message.webhookID = webhook.id
            message.applicationID = webhook.applicationID
            if message.webhookPictureHash == nil { message.webhookPictureHash = webhook.pictureHash }
        }
        if let threadID = speech.threadID {
            if speech.post != nil { throw .webhookThreadTwice }
            guard let thread = channels[threadID], thread.isThread, thread.parentID == home.id else { throw .unknownChannel }
            return try createMessage(draft, in: thread, by: webhook.id, shape: shape)
        }
        guard home.kind == .forum else {
            if speech.post != nil { throw .webhookThreadElsewhere }
            return try createMessage(draft, in: home, by: webhook.id, shape: shape)
        }
        guard let post = speech.post else { throw .webhookThreadMissing }
        return try self.post(post, draft, in: home, by: webhook.id, shape: shape).message
    }

    /// Keeps a persona's picture (an address or an image as `data:`) and gives the hash under which the CDN has it.
    mutating func keepPicture(_ picture: String) -> String {
        if personaPictures.count >= limits.personaPictures { personaPictures.removeAll() }
        let hash = Self.pictureHash(picture)
        personaPictures[hash] = picture
        return hash
    }
}
