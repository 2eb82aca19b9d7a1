import OrderedCollections
import Support

/// Channels and threads: what a session hears of their coming, changing and going.
extension Dispatch {
    static func channel(_ verb: String, _ channel: ChannelRecord, _ session: GatewaySession.Ear, _ world: World) -> [Dispatch] {
        // Of direct channels a bot hears only by their messages.
        guard channel.guildID != nil, session.handles(guildID: channel.guildID), session.intents.contains(.guilds),
            world.permissions(of: session.applicationID, in: channel).contains(.viewChannel)
        else { return [] }
        guard channel.isThread else {
            return [Dispatch(name: "CHANNEL_\(verb)", data: world.show(channel, for: session.applicationID))]
        }
        if verb == "DELETE" {
            let data: JSON = [
                "id": .id(channel.id), "guild_id": .id(channel.guildID), "parent_id": .id(channel.parentID),
                "type": .int(channel.kind.rawValue),
            ]
            return [Dispatch(name: "THREAD_DELETE", data: data)]
        }
        let shown = world.show(channel, for: session.applicationID)
        return [Dispatch(name: "THREAD_\(verb)", data: verb == "CREATE" ? shown.merging(["newly_created": true]) : shown)]
    }

    /// Without the members intent a bot hears only of its own coming and going.
    static func threadMembers(_ threadID: ID, _ added: [ID], _ removed: [ID], _ session: GatewaySession.Ear, _ world: World) -> [Dispatch] {
        guard let channel = world.channels[threadID], let thread = channel.thread, session.intents.contains(.guilds),
            session.handles(guildID: channel.guildID)
        else { return [] }
        let bot = session.applicationID
        let isAdded = added.contains(bot)
        let isConcerned = isAdded || removed.contains(bot)
        let seesAll = session.intents.contains(.guildMembers) && world.permissions(of: bot, in: channel).contains(.viewChannel)
        guard isConcerned || seesAll else { return [] }
        var data: JSONObject = ["id": .id(threadID), "guild_id": .id(channel.guildID), "member_count": .int(min(50, thread.members.count))]
        let shownAdded = (seesAll ? added : added.filter { $0 == bot }).compactMap { thread.members[$0] }
        if !shownAdded.isEmpty {
            data["added_members"] = .list(
                shownAdded.map { member in
                    let ofGuild = channel.guildID.flatMap { world.guilds[$0] }?.members[member.userID]
                    return world.show(member, of: threadID).merging([
                        "member": ofGuild.map { world.show($0) } ?? .null, "presence": .null,
                    ])
                })
        }
        let shownRemoved = seesAll ? removed : removed.filter { $0 == bot }
        if !shownRemoved.isEmpty { data["removed_member_ids"] = .ids(shownRemoved) }
        var dispatches: [Dispatch] = []
        // One that was added to a private thread learns that there is such a thread.
        if isAdded, channel.kind == .privateThread, thread.ownerID != bot {
            dispatches.append(Dispatch(name: "THREAD_CREATE", data: world.show(channel, for: bot)))
        }
        dispatches.append(Dispatch(name: "THREAD_MEMBERS_UPDATE", data: .object(data)))
        return dispatches
    }
}
