import OrderedCollections
import Support

/// Threads: beginning them, who is in them, finding them again.
extension RouteTable {
    static let threadRoutes: [Route] = [
        Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", .per(10_000, 10)) { world, call throws(DiscordError) in
            let message = try world.message(call)
            let thread = try world.startThread(on: message, ThreadForm.check(call.body), by: call.caller)
            return .created(world.show(thread, for: call.caller))
        },
        Route("POST", "/channels/{channel_id}/threads", .per(10_000, 10)) { world, call throws(DiscordError) in
            let parent = try world.visibleChannel(call.id("channel_id"), to: call.caller)
            guard parent.kind == .forum else {
                let draft = try ThreadForm.check(call.body, types: [10, 11, 12])
                return .created(world.show(try world.startThread(in: parent, draft, by: call.caller), for: call.caller))
            }
            let (draft, message) = try ThreadForm.checkPost(call.body, files: call.files)
            let (thread, first) = try world.post(draft, message, in: parent, by: call.caller)
            return .created(world.show(thread, for: call.caller).merging(["message": world.show(first, for: call.caller)]))
        },
        Route("GET", "/channels/{channel_id}/thread-members") { world, call throws(DiscordError) in
            let thread = try world.visibleThread(call.id("channel_id"), to: call.caller)
            let limit = try call.number("limit", 1...100, default: 100)
            let after = call.query["after"].flatMap { ID($0) } ?? ID(0)
            let members = (thread.thread?.members.values.filter { $0.userID > after } ?? []).sorted { $0.userID < $1.userID }
            return .ok(.list(members.prefix(limit).map { world.showMember($0, of: thread, call) }))
        },
        Route("PUT", "/channels/{channel_id}/thread-members/@me") { world, call throws(DiscordError) in
            let thread = try world.visibleThread(call.id("channel_id"), to: call.caller)
            try world.addMember(call.caller, to: thread, by: call.caller)
            return .nothing
        },
        Route("DELETE", "/channels/{channel_id}/thread-members/@me") { world, call throws(DiscordError) in
            let thread = try world.visibleThread(call.id("channel_id"), to: call.caller)
            try world.removeMember(call.caller, from: thread, by: call.caller)
            return .nothing
        },
        Route("GET", "/channels/{channel_id}/thread-members/{user_id}") { world, call throws(DiscordError) in
            let thread = try world.visibleThread(call.id("channel_id"), to: call.caller)
            let id = call.parameters["user_id"] == "@me" ? call.caller : try call.id("user_id")
            guard let member = thread.thread?.members[id] else { throw .unknownMember }
            return .ok(world.showMember(member, of: thread, call))
        },
        Route("PUT", "/channels/{channel_id}/thread-members/{user_id}") { world, call throws(DiscordError) in
            let thread = try world.visibleThread(call.id("channel_id"), to: call.caller)
            try world.addMember(call.id("user_id"), to: thread, by: call.caller)
            return .nothing
        },
        Route("DELETE", "/channels/{channel_id}/thread-members/{user_id}") { world, call throws(DiscordError) in
            let thread = try world.visibleThread(call.id("channel_id"), to: call.caller)
            try world.removeMember(call.id("user_id"), from: thread, by: call.caller)
            return .nothing
        },
        Route("GET", "/guilds/{guild_id}/threads/active") { world, call throws(DiscordError) in
            let guild = try world.guild(call)
            let active = world.threads(under: guild.id, seenBy: call.caller) { !$1.isArchived }
            return .ok(world.showThreads(active, for: call.caller, hasMore: false))
        },
        Route("GET", "/channels/{channel_id}/threads/archived/public") { world, call throws(DiscordError) in
            try world.archived(call, needing: .readMessageHistory) { channel, _ in channel.kind != .privateThread }
        },
        Route("GET", "/channels/{channel_id}/threads/archived/private") { world, call throws(DiscordError) in
            try world.archived(call, needing: [.readMessageHistory, .manageThreads]) { channel, _ in channel.kind == .privateThread }
        },
        Route("GET", "/channels/{channel_id}/users/@me/threads/archived/private") { world, call throws(DiscordError) in
            try world.archived(call, needing: .readMessageHistory) { channel, thread in
                channel.kind == .privateThread && thread.members[call.caller] != nil
            }
        },
    ]
}

extension World {
    /// A page of archived threads, the last archived first.
    fileprivate func archived(_ call: APICall, needing needed: Permissions, where isWanted: (ChannelRecord, ThreadRecord) -> Bool)
        throws(DiscordError) -> APIReply
    {
        let parent = try channel(call.id("channel_id"), letting: call.caller, needed)
        guard let guildID = parent.guildID, parent.holdsThreads else { throw .cannotDoInChannelType }
        let limit = try call.number("limit", 2...100, default: 50)
        var before = Timestamp.never
        if let text = call.query["before"] {
            guard let moment = Timestamp(discordText: text) ?? ID(text)?.moment else {
                throw .form(["before"], "DATE_TIME_TYPE_PARSE", "Could not parse \(text.prefix(40)). Should be ISO8601.")
            }
            before = moment
        }
        let found = threads(under: guildID, seenBy: call.caller) { channel, thread in
            channel.parentID == parent.id && thread.isArchived && thread.archivedAt < before && isWanted(channel, thread)
        }.sorted { ($0.thread?.archivedAt ?? .never) > ($1.thread?.archivedAt ?? .never) }
        return .ok(showThreads(Array(found.prefix(limit)), for: call.caller, hasMore: found.count > limit))
    }

    fileprivate func showMember(_ member: ThreadRecord.Member, of thread: ChannelRecord, _ call: APICall) -> JSON {
        let shown = show(member, of: thread.id)
        guard call.flag("with_member"), let ofGuild = thread.guildID.flatMap({ guilds[$0] })?.members[member.userID] else { return shown }
        return shown.merging(["member": show(ofGuild)])
    }
}
