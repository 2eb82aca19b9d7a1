import OrderedCollections
import Support

/// Interactions as the gateway sends them, and as messages remember them.
extension World {
    /// The data of INTERACTION_CREATE.
    func show(_ interaction: InteractionRecord) -> JSON {
        let channel = channels[interaction.channelID]
        let entitlements = activeEntitlements(
            of: interaction.userID, guildID: interaction.guildID, for: interaction.applicationID)
        let member = channel.map { permissions(of: interaction.applicationID, in: $0) } ?? []
        let bot: Permissions = member.isEmpty ? [.attachFiles, .embedLinks, .mentionEveryone, .useExternalEmojis] : member
        var shown: JSONObject = [
            "version": 1, "id": .id(interaction.id), "application_id": .id(interaction.applicationID),
            "type": .int(interaction.kind.rawValue), "token": .string(interaction.token), "data": interaction.data,
            "channel_id": .id(interaction.channelID), "locale": .string(users[interaction.userID]?.locale ?? "en-US"),
            "app_permissions": .string(bot.text),
            "entitlements": .list(entitlements.map { show($0) }), "entitlement_sku_ids": .ids(entitlements.map(\.skuID)),
            "attachment_size_limit": .int(MessageForm.maximumFileBytes),
            "authorizing_integration_owners": interaction.owners,
            "context": .int(channel.map { context(of: interaction.applicationID, in: $0) } ?? 0),
        ]
        if let channel {
            shown["channel"] = show(channel, for: interaction.applicationID).merging([
                "permissions": .string(permissions(of: interaction.userID, in: channel).text)
            ])
        }
        if let guildID = interaction.guildID, let member = guilds[guildID]?.members[interaction.userID] {
            shown["guild_id"] = .id(guildID)
            shown["guild_locale"] = "en-US"
            shown["guild"] = ["id": .id(guildID), "locale": "en-US", "features": []]
            let granted = channel.map { permissions(of: interaction.userID, in: $0) } ?? []
            shown["member"] = show(member).merging(["permissions": .string(granted.text)])
        } else {
            shown["user"] = show(user: interaction.userID)
        }
        if let source = interaction.sourceMessageID, let message = messages[source] {
            shown["message"] = show(message, for: interaction.applicationID)
        }
        return .object(shown)
    }

    /// The `interaction_metadata` of a message that answers.
    func showMetadata(_ interaction: InteractionRecord) -> JSON {
        var shown: JSONObject = [
            "id": .id(interaction.id), "type": .int(interaction.kind.rawValue), "user": show(user: interaction.userID),
            "authorizing_integration_owners": interaction.owners,
        ]
        switch interaction.kind {
        case .component:
            shown["interacted_message_id"] = .id(interaction.sourceMessageID ?? interaction.id)
        case .modal:
            let opener = interaction.openerID.flatMap { interactions[$0] }
            shown["triggering_interaction_metadata"] = opener.map { showMetadata($0) } ?? .null
        case .command:
            guard let target = interaction.data["target_id"]?.id else { break }
            if interaction.data["type"]?.int == 2 { shown["target_user"] = show(user: target) }
            if interaction.data["type"]?.int == 3 { shown["target_message_id"] = .id(target) }
        case .autocomplete: break
        }
        return .object(shown)
    }

    /// The answer to a callback that asked for one.
    func showCallback(_ interaction: InteractionRecord) -> JSON {
        let message = interaction.originalMessageID.flatMap { messages[$0] }
        var shown: JSONObject = [
            "id": .id(interaction.id), "type": .int(interaction.kind.rawValue), "channel_id": .id(interaction.channelID),
        ]
        if let guildID = interaction.guildID { shown["guild_id"] = .id(guildID) }
        if let message {
            shown["response_message_id"] = .id(message.id)
            shown["response_message_loading"] = .bool(message.flags.contains(.loading))
            shown["response_message_ephemeral"] = .bool(message.ephemeralTo != nil)
        }
        var callback: JSONObject = ["interaction": .object(shown)]
        if let message, let type = interaction.callbackType, [4, 5, 7].contains(type) {
            callback["resource"] = ["type": type == 7 ? 7 : 4, "message": show(message, for: interaction.applicationID)]
        }
        return .object(callback)
    }
}
