import OrderedCollections
import Support

/// Who is in a thread, and changing it.
extension World {
    /// The thread of an id, if the user sees it.
    func visibleThread(_ id: ID, to userID: ID) throws(DiscordError) -> ChannelRecord {
        let channel = try visibleChannel(id, to: userID)
        guard channel.isThread else { throw .cannotDoInChannelType }
        return channel
    }

    /// Adds a member: oneself, or another where one may. A thread that is archived takes nobody in.
    mutating func addMember(_ memberID: ID, to thread: ChannelRecord, by userID: ID) throws(DiscordError) {
        guard let record = channels[thread.id]?.thread else { throw .unknownChannel }
        if record.isArchived { throw .threadArchived }
        guard record.members[memberID] == nil else { return }
        let granted = permissions(of: userID, in: thread)
        if memberID != userID {
            guard thread.guildID.flatMap({ guilds[$0] })?.members[memberID] != nil else { throw .unknownMember }
            guard granted.contains(.sendMessagesInThreads) else { throw .missingPermissions }
            let mayInvite =
                thread.kind != .privateThread || record.isInvitable || granted.contains(.manageThreads) || record.ownerID == userID
            guard mayInvite else { throw .missingPermissions }
        }
        join(thread.id, memberID)
        if memberID != userID {
            system(.recipientAdded, in: thread, by: userID) { $0.mentionIDs = [memberID] }
        }
    }

    mutating func join(_ threadID: ID, _ memberID: ID) {
        guard channels[threadID]?.thread?.members[memberID] == nil else { return }
        channels[threadID]?.thread?.members[memberID] = .init(userID: memberID, joinedAt: now)
        events.append(.threadMembersChanged(threadID: threadID, added: [memberID], removed: []))
    }

    mutating func removeMember(_ memberID: ID, from thread: ChannelRecord, by userID: ID) throws(DiscordError) {
        guard let record = channels[thread.id]?.thread else { throw .unknownChannel }
        if record.isArchived { throw .threadArchived }
        let mayRemove =
            memberID == userID || permissions(of: userID, in: thread).contains(.manageThreads)
            || thread.kind == .privateThread && record.ownerID == userID
        guard mayRemove else { throw .missingPermissions }
        guard channels[thread.id]?.thread?.members.removeValue(forKey: memberID) != nil else { return }
        events.append(.threadMembersChanged(threadID: thread.id, added: [], removed: [memberID]))
    }

    /// Changes a thread as a checked form says.
    mutating func editThread(_ thread: ChannelRecord, _ change: ThreadForm.Change, by userID: ID) throws(DiscordError) -> ChannelRecord {
        guard var record = thread.thread, let parent = thread.parentID.flatMap({ channels[$0] }) else { throw .unknownChannel }
        let granted = permissions(of: userID, in: thread)
        let manages = granted.contains(.manageThreads)
        // An archived thread can only be opened.
        if record.isArchived, change.isArchived != false { throw .threadArchived }
        let opensOnly = change.isOnlyArchiving && change.isArchived == false
        guard manages || record.ownerID == userID || opensOnly && granted.contains(.sendMessagesInThreads) else {
            throw .missingPermissions
        }
        if !manages, change.isLocked != nil || change.slowmodeSeconds != nil || record.isLocked { throw .missingPermissions }
        if let tagIDs = change.tagIDs {
            try checkTags(tagIDs, of: parent, by: userID)
            record.tagIDs = tagIDs
        }
        var thread = thread
        if let name = change.name { thread.name = name }
        if let seconds = change.slowmodeSeconds { thread.slowmodeSeconds = seconds }
        if let flags = change.flags { thread.flags = flags & 1 << 1 }
        if let isLocked = change.isLocked { record.isLocked = isLocked }
        if let isInvitable = change.isInvitable { record.isInvitable = isInvitable }
        if let minutes = change.archiveMinutes { record.autoArchiveMinutes = minutes }
        if let isArchived = change.isArchived, isArchived != record.isArchived {
            record.isArchived = isArchived
            record.archivedAt = now
        }
        thread.thread = record
        threadsQuietUntil = min(threadsQuietUntil, record.quietUntil(lastMessage: thread.lastMessageID))
        update(thread)
        return thread
    }

    /// Threads that a user sees, newest first.
    func threads(under guildID: ID, seenBy userID: ID, where isWanted: (ChannelRecord, ThreadRecord) -> Bool) -> [ChannelRecord] {
        (threadIDs[guildID] ?? []).compactMap { channels[$0] }.filter { channel in
            guard let thread = channel.thread, isWanted(channel, thread) else { return false }
            return permissions(of: userID, in: channel).contains(.viewChannel)
        }.sorted { $0.id > $1.id }
    }
}
