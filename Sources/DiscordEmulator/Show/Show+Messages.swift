import OrderedCollections

/// Messages as the API shows them.
extension World {
    /// `viewer` decides which reactions are "me".
    func show(_ message: MessageRecord, for viewer: ID? = nil, withReference: Bool = true) -> JSON {
        let inEmbeds = Self.attachmentNames(in: message.embeds)
        var shown: JSONObject = [
            "id": .id(message.id), "type": .int(message.kind.rawValue), "channel_id": .id(message.channelID), "author": showAuthor(message),
            "content": .string(message.content), "timestamp": .string(message.createdAt.discordText),
            "edited_timestamp": .optional(message.editedAt?.discordText), "tts": .bool(message.isTTS),
            "mention_everyone": .bool(message.mentionsEveryone), "mentions": .list(message.mentionIDs.map { show(user: $0) }),
            "mention_roles": .ids(message.mentionRoleIDs),
            // A file that an embed shows is not listed a second time.
            "attachments": .list(message.attachments.filter { !inEmbeds.contains($0.filename) }.map { show($0, of: message) }),
            "embeds": .list(message.embeds.map { show(embed: $0, of: message) }), "pinned": .bool(message.isPinned),
            "flags": .int(message.flags.rawValue), "components": .list(message.components.map { show(component: $0, of: message) }),
        ]
        if let nonce = message.nonce { shown["nonce"] = nonce }
        if let application = message.applicationID { shown["application_id"] = .id(application) }
        if let webhook = message.webhookID { shown["webhook_id"] = .id(webhook) }
        if let metadata = message.interactionMetadata {
            shown["interaction_metadata"] = metadata
            if let name = message.interactionName, let id = message.interactionID, let user = metadata["user"] {
                shown["interaction"] = ["id": .id(id), "type": 2, "name": .string(name), "user": user]
            }
        }
        if !message.reactions.isEmpty { shown["reactions"] = .list(message.reactions.map { show($0, for: viewer) }) }
        if let reference = message.reference {
            var object: JSONObject = ["type": 0, "channel_id": .id(reference.channelID)]
            if let messageID = reference.messageID { object["message_id"] = .id(messageID) }
            if let guildID = reference.guildID { object["guild_id"] = .id(guildID) }
            shown["message_reference"] = .object(object)
            if withReference, let messageID = reference.messageID {
                shown["referenced_message"] = messages[messageID].map { show($0, for: viewer, withReference: false) } ?? .null
            }
        }
        if let position = message.position { shown["position"] = .int(position) }
        if message.flags.contains(.hasThread), let thread = channels[message.id] { shown["thread"] = show(thread, for: viewer) }
        return .object(shown)
    }

    /// The message with what only the gateway adds to it.
    func showDispatched(_ message: MessageRecord, to viewer: ID?) -> JSON {
        var more: JSONObject = [:]
        if let guildID = message.guildID {
            more["guild_id"] = .id(guildID)
            if let member = guilds[guildID]?.members[message.authorID] { more["member"] = show(member, withUser: false) }
            let mentioned = message.mentionIDs.map { id -> JSON in
                guard let member = guilds[guildID]?.members[id] else { return show(user: id) }
                return show(user: id).merging(["member": show(member, withUser: false)])
            }
            more["mentions"] = .array(mentioned)
        }
        more["channel_type"] = .int(channels[message.channelID]?.kind.rawValue ?? 0)
        return show(message, for: viewer).merging(more)
    }

    private func showAuthor(_ message: MessageRecord) -> JSON {
        guard message.webhookID == message.authorID, let name = message.webhookName else { return show(user: message.authorID) }
        return show(user: message.authorID).merging([
            "username": .string(name), "global_name": .null, "discriminator": "0000", "bot": true,
            "avatar": .optional(message.webhookPictureHash),
        ])
    }

    private func show(_ reaction: MessageRecord.Reaction, for viewer: ID?) -> JSON {
        [
            "emoji": ["id": .id(reaction.emojiID), "name": .string(reaction.name)], "count": .int(reaction.userIDs.count),
            "count_details": ["burst": 0, "normal": .int(reaction.userIDs.count)], "burst_colors": [], "me_burst": false,
            "me": .bool(viewer.map(reaction.userIDs.contains) ?? false),
        ]
    }

    func show(_ attachment: AttachmentRecord, of message: MessageRecord? = nil) -> JSON {
        let address = address(of: attachment)
        var shown: JSONObject = [
            "id": .id(attachment.id), "filename": .string(attachment.filename), "size": .int(attachment.size), "url": .string(address),
            "proxy_url": .string(address), "content_type": .string(attachment.contentType),
        ]
        if let width = attachment.width, let height = attachment.height {
            shown["width"] = .int(width)
            shown["height"] = .int(height)
        }
        if let description = attachment.description { shown["description"] = .string(description) }
        if message?.ephemeralTo != nil { shown["ephemeral"] = true }
        if attachment.isSpoiler { shown["flags"] = 8 }
        return .object(shown)
    }
}
