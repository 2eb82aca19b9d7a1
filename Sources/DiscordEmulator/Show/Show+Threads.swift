import OrderedCollections
import Support

/// Threads and their members as the API and the gateway show them.
extension World {
    /// The members of a thread's object that other channels do not have.
    func showThread(_ channel: ChannelRecord, _ thread: ThreadRecord, for viewer: ID?) -> JSONObject {
        var metadata: JSONObject = [
            "archived": .bool(thread.isArchived), "archive_timestamp": .string(thread.archivedAt.discordText),
            "auto_archive_duration": .int(thread.autoArchiveMinutes), "locked": .bool(thread.isLocked),
            "create_timestamp": .string(thread.createdAt.discordText),
        ]
        if channel.kind == .privateThread { metadata["invitable"] = .bool(thread.isInvitable) }
        var shown: JSONObject = [
            "guild_id": .id(channel.guildID), "name": .string(channel.name), "parent_id": .id(channel.parentID),
            "owner_id": .id(thread.ownerID), "rate_limit_per_user": .int(channel.slowmodeSeconds),
            "message_count": .int(thread.messageCount), "member_count": .int(min(50, thread.members.count)),
            "total_message_sent": .int(thread.totalMessagesSent), "thread_metadata": .object(metadata),
        ]
        if channel.parentID.flatMap({ channels[$0] })?.kind == .forum { shown["applied_tags"] = .ids(thread.tagIDs) }
        if let viewer, let member = thread.members[viewer] { shown["member"] = show(member, of: channel.id) }
        return shown
    }

    func show(_ member: ThreadRecord.Member, of threadID: ID) -> JSON {
        [
            "id": .id(threadID), "user_id": .id(member.userID), "join_timestamp": .string(member.joinedAt.discordText), "flags": 1,
        ]
    }

    /// The answer of the lists of threads.
    func showThreads(_ threads: [ChannelRecord], for viewer: ID, hasMore: Bool) -> JSON {
        let members = threads.compactMap { channel in
            channel.thread?.members[viewer].map { show($0, of: channel.id) }
        }
        return ["threads": .list(threads.map { show($0, for: viewer) }), "members": .array(members), "has_more": .bool(hasMore)]
    }

    func show(_ tag: ChannelRecord.Tag) -> JSON {
        [
            "id": .id(tag.id), "name": .string(tag.name), "moderated": .bool(tag.isModerated), "emoji_id": .id(tag.emojiID),
            "emoji_name": .optional(tag.emojiName),
        ]
    }
}
