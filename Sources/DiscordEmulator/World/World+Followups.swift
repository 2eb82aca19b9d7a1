import OrderedCollections
import Support

/// What an application does with an interaction's token at `/webhooks/{application}/{token}`.
extension World {
    /// Followups of one interaction: a bound against run-away loops, and Discord's own one for an application that only its user
    /// installed.
    static func followupLimit(_ interaction: InteractionRecord) -> Int { interaction.isOnlyByUser ? 5 : 500 }

    /// The interaction of a token that is still good.
    func interaction(ofApplication applicationID: ID, token: String) throws(DiscordError) -> InteractionRecord {
        guard let id = interactionsByToken[token], let interaction = interactions[id], interaction.applicationID == applicationID else {
            throw .unknownWebhook
        }
        guard now - interaction.createdAt <= InteractionRecord.tokenLifetime else { throw .invalidWebhookToken }
        // Before the callback the webhook does not exist.
        guard interaction.isAcknowledged else { throw .unknownWebhook }
        return interaction
    }

    /// `@original` or an id, if it is a message of this interaction.
    func message(_ reference: String, of interaction: InteractionRecord) throws(DiscordError) -> MessageRecord {
        let id = reference == "@original" ? interaction.originalMessageID : ID(reference)
        guard let id, let message = messages[id] else { throw .unknownMessage }
        let isOurs = id == interaction.originalMessageID || interaction.followupIDs.contains(id)
        guard isOurs else { throw .unknownMessage }
        return message
    }

    mutating func followUp(_ interaction: InteractionRecord, _ draft: MessageDraft, ephemeral: Bool) throws(DiscordError) -> MessageRecord {
        var interaction = interaction
        // The first followup after a deferred message replaces the "thinking" one, and keeps its visibility.
        if interaction.state == .acknowledged, interaction.callbackType == 5, let original = interaction.originalMessageID,
            messages[original]?.flags.contains(.loading) == true
        {
            return try editInteractionMessage(interaction, original, draft)
        }
        guard interaction.followupIDs.count < Self.followupLimit(interaction) else { throw .tooManyFollowups }
        guard let channel = channels[interaction.channelID] else { throw .unknownChannel }
        let metadata = showMetadata(interaction)
        let ephemeral = ephemeral || isKeptPrivate(interaction, in: channel)
        let message = try createMessage(draft, in: channel, by: interaction.applicationID) { message in
            message.belongs(to: interaction, metadata: metadata)
            if ephemeral {
                message.flags.insert(.ephemeral)
                message.ephemeralTo = interaction.userID
            } else if let original = interaction.originalMessageID {
                message.kind = .reply
                message.reference = .init(messageID: original, channelID: interaction.channelID, guildID: interaction.guildID)
            }
        }
        interaction.followupIDs.append(message.id)
        settle(&interaction, .answered)
        return message
    }

    mutating func editInteractionMessage(_ interaction: InteractionRecord, _ id: ID, _ draft: MessageDraft)
        throws(DiscordError) -> MessageRecord
    {
        var interaction = interaction
        let message = try editMessage(id, draft)
        settle(&interaction, .answered)
        return message
    }

    mutating func deleteInteractionMessage(_ interaction: InteractionRecord, _ id: ID) {
        var interaction = interaction
        deleteMessage(id)
        settle(&interaction, .answered)
    }
}
