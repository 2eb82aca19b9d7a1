import OrderedCollections
import Support

/// What a session hears of an event of the world: name and data, or nothing if its intents, shard or rights say so.
struct Dispatch {
    let name: String
    let data: JSON

    /// A data object that is made once and written once for all sessions that get the same.
    static func make(_ event: WorldEvent, for session: GatewaySession.Ear, in world: World) -> [Dispatch] {
        switch event {
        case .messageCreated(let message): return self.message("MESSAGE_CREATE", message, session, world)
        case .messageUpdated(let message): return self.message("MESSAGE_UPDATE", message, session, world)
        case .messageDeleted(let message):
            guard message.ephemeralTo == nil else { return [] }
            let data: JSONObject = ["id": .id(message.id), "channel_id": .id(message.channelID)]
            return inChannel(message.channelID, "MESSAGE_DELETE", data, session, world, .guildMessages, .directMessages)
        case .messagesDeleted(let channelID, let ids):
            let data: JSONObject = ["ids": .ids(ids), "channel_id": .id(channelID)]
            return inChannel(channelID, "MESSAGE_DELETE_BULK", data, session, world, .guildMessages, .directMessages)
        case .reactionAdded(let message, let reaction, let userID):
            return self.reaction("MESSAGE_REACTION_ADD", message, reaction, userID, session, world)
        case .reactionRemoved(let message, let reaction, let userID):
            return self.reaction("MESSAGE_REACTION_REMOVE", message, reaction, userID, session, world)
        case .typing(let channelID, let userID):
            var data: JSONObject = [
                "channel_id": .id(channelID), "user_id": .id(userID), "timestamp": .int(world.now.millisecondsSinceEpoch / 1_000),
            ]
            if let guildID = world.channels[channelID]?.guildID, let member = world.guilds[guildID]?.members[userID] {
                data["member"] = world.show(member)
            }
            return inChannel(channelID, "TYPING_START", data, session, world, .guildTyping, .directTyping)
        case .pinsChanged(let channelID):
            let data: JSONObject = ["channel_id": .id(channelID), "last_pin_timestamp": .string(world.now.discordText)]
            return inChannel(channelID, "CHANNEL_PINS_UPDATE", data, session, world, .guilds, .directMessages)
        case .webhooksChanged(let channelID):
            return inChannel(channelID, "WEBHOOKS_UPDATE", ["channel_id": .id(channelID)], session, world, .guildWebhooks, [])
        case .interactionCreated(let interaction):
            guard interaction.applicationID == session.applicationID, session.handles(guildID: interaction.guildID),
                world.applications[interaction.applicationID]?.interactionsEndpoint == nil
            else { return [] }
            return [Dispatch(name: "INTERACTION_CREATE", data: world.show(interaction))]
        case .entitlementChanged(let entitlement, let event):
            guard entitlement.applicationID == session.applicationID, session.shard == 0 else { return [] }
            return [Dispatch(name: event, data: world.show(entitlement))]
        case .subscriptionChanged(let subscription, let isNew):
            guard world.skus[subscription.skuID]?.applicationID == session.applicationID, session.shard == 0 else { return [] }
            return [Dispatch(name: isNew ? "SUBSCRIPTION_CREATE" : "SUBSCRIPTION_UPDATE", data: world.show(subscription))]
        case .channelCreated(let channel): return self.channel("CREATE", channel, session, world)
        case .channelUpdated(let channel): return self.channel("UPDATE", channel, session, world)
        case .channelDeleted(let channel): return self.channel("DELETE", channel, session, world)
        case .threadMembersChanged(let threadID, let added, let removed): return threadMembers(threadID, added, removed, session, world)
        case .guildJoined(let guildID, let applicationID):
            guard applicationID == session.applicationID, session.intents.contains(.guilds), session.handles(guildID: guildID),
                let guild = world.guilds[guildID]
            else { return [] }
            return [Dispatch(name: "GUILD_CREATE", data: world.showJoined(guild, for: applicationID))]
        case .guildLeft(let guildID, let applicationID):
            guard applicationID == session.applicationID, session.intents.contains(.guilds), session.handles(guildID: guildID) else {
                return []
            }
            return [Dispatch(name: "GUILD_DELETE", data: ["id": .id(guildID)])]
        case .memberJoined(let guildID, let userID): return member("GUILD_MEMBER_ADD", guildID, userID, session, world)
        case .memberChanged(let guildID, let userID): return member("GUILD_MEMBER_UPDATE", guildID, userID, session, world)
        case .memberLeft(let guildID, let userID): return member("GUILD_MEMBER_REMOVE", guildID, userID, session, world)
        case .roleChanged(let guildID, let roleID, let isNew):
            return role(isNew ? "GUILD_ROLE_CREATE" : "GUILD_ROLE_UPDATE", guildID, roleID, session, world)
        case .roleDeleted(let guildID, let roleID): return role("GUILD_ROLE_DELETE", guildID, roleID, session, world)
        case .commandPermissionsChanged(let guildID, let applicationID, let commandID):
            guard applicationID == session.applicationID, session.handles(guildID: guildID) else { return [] }
            return [
                Dispatch(
                    name: "APPLICATION_COMMAND_PERMISSIONS_UPDATE", data: world.showPermissions(of: commandID, applicationID, in: guildID))
            ]
        case .interactionChanged, .modalOpened, .commandsChanged: return []
        }
    }

    private static func inChannel(
        _ channelID: ID, _ name: String, _ data: JSONObject, _ session: GatewaySession.Ear, _ world: World, _ guildIntent: Intents,
        _ directIntent: Intents
    ) -> [Dispatch] {
        guard let channel = world.channels[channelID], session.handles(guildID: channel.guildID),
            session.intents.contains(channel.guildID == nil ? directIntent : guildIntent),
            world.permissions(of: session.applicationID, in: channel).contains(.viewChannel)
        else { return [] }
        var data = data
        if let guildID = channel.guildID { data["guild_id"] = .id(guildID) }
        return [Dispatch(name: name, data: .object(data))]
    }

    private static func message(_ name: String, _ message: MessageRecord, _ session: GatewaySession.Ear, _ world: World) -> [Dispatch] {
        // Ephemeral messages are between Discord and one person's client.
        guard message.ephemeralTo == nil else { return [] }
        let found = inChannel(message.channelID, name, [:], session, world, .guildMessages, .directMessages)
        return found.map { _ in
            let shown = world.showDispatched(message, to: session.applicationID)
            return Dispatch(
                name: name,
                data: world.readable(
                    shown, of: message, by: session.applicationID, hasIntent: session.intents.contains(.messageContent)))
        }
    }

    private static func reaction(
        _ name: String, _ message: MessageRecord, _ reaction: MessageRecord.Reaction, _ userID: ID, _ session: GatewaySession.Ear,
        _ world: World
    ) -> [Dispatch] {
        guard message.ephemeralTo == nil else { return [] }
        var data: JSONObject = [
            "user_id": .id(userID), "channel_id": .id(message.channelID), "message_id": .id(message.id),
            "emoji": ["id": .id(reaction.emojiID), "name": .string(reaction.name)], "burst": false, "type": 0,
            "message_author_id": .id(message.authorID),
        ]
        if let guildID = message.guildID, let member = world.guilds[guildID]?.members[userID] { data["member"] = world.show(member) }
        return inChannel(message.channelID, name, data, session, world, .guildReactions, .directReactions)
    }
}
