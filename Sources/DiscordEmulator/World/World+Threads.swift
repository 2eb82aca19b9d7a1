import Collections
import DequeModule
import OrderedCollections
import Support

/// Threads: begun on a message, without one, or as a post of a forum; archived when they have been quiet for long enough.
extension World {
    /// Threads that are not archived, in one guild.
    static let activeThreads = 1_000

    /// A thread on a message; it bears the message's id.
    mutating func startThread(on message: MessageRecord, _ draft: ThreadDraft, by userID: ID) throws(DiscordError) -> ChannelRecord {
        let parent = try channel(message.channelID, letting: userID, [.createPublicThreads, .readMessageHistory])
        guard parent.kind == .text || parent.kind == .announcement else { throw .cannotDoInChannelType }
        guard !message.kind.isSystem, message.ephemeralTo == nil else { throw .systemMessage }
        guard channels[message.id] == nil else { throw .threadExists }
        var draft = draft
        draft.kind = parent.kind == .announcement ? .announcementThread : .publicThread
        let thread = try makeThread(message.id, draft, in: parent, by: userID)
        messages[message.id]?.flags.insert(.hasThread)
        if let marked = messages[message.id] { events.append(.messageUpdated(marked)) }
        system(.threadStarter, in: thread, by: message.authorID) { starter in
            starter.reference = .init(messageID: message.id, channelID: parent.id, guildID: parent.guildID)
        }
        return channels[thread.id] ?? thread
    }

    /// A thread that begins empty, public or private.
    mutating func startThread(in parent: ChannelRecord, _ draft: ThreadDraft, by userID: ID) throws(DiscordError) -> ChannelRecord {
        guard parent.kind == .text || parent.kind == .announcement else { throw .cannotDoInChannelType }
        let isPrivate = draft.kind == .privateThread
        _ = try channel(parent.id, letting: userID, isPrivate ? .createPrivateThreads : .createPublicThreads)
        let thread = try makeThread(nextID(), draft, in: parent, by: userID)
        if !isPrivate {
            system(.threadCreated, in: parent, by: userID) { notice in
                notice.content = thread.name
                notice.reference = .init(messageID: nil, channelID: thread.id, guildID: parent.guildID)
            }
        }
        return channels[thread.id] ?? thread
    }

    /// A post of a forum: a thread whose first message bears the same id.
    mutating func post(_ draft: ThreadDraft, _ message: MessageDraft, in forum: ChannelRecord, by userID: ID) throws(DiscordError)
        -> (thread: ChannelRecord, message: MessageRecord)
    {
        _ = try channel(forum.id, letting: userID, .sendMessages)
        return try post(draft, message, in: forum, by: userID) { _ in }
    }

    /// The same for a webhook, whose messages `shape` marks.
    mutating func post(
        _ draft: ThreadDraft, _ message: MessageDraft, in forum: ChannelRecord, by authorID: ID, shape: (inout MessageRecord) -> Void
    ) throws(DiscordError) -> (thread: ChannelRecord, message: MessageRecord) {
        guard forum.kind == .forum else { throw .cannotDoInChannelType }
        try checkTags(draft.tagIDs, of: forum, by: authorID)
        if draft.tagIDs.isEmpty, forum.flags & 1 << 4 != 0 { throw .tagRequired }
        var draft = draft
        draft.kind = .publicThread
        let id = nextID()
        let thread = try makeThread(id, draft, in: forum, by: authorID)
        do throws(DiscordError) {
            let first = try createMessage(message, in: thread, by: authorID, id: id, shape: shape)
            return (channels[id] ?? thread, first)
        } catch {
            // Nothing of a post whose message was refused stays.
            channels[id] = nil
            events.removeAll { if case .channelCreated(let made) = $0 { made.id == id } else { false } }
            throw error
        }
    }

    /// Tags must be the forum's; moderated ones are for those who manage threads.
    func checkTags(_ tagIDs: [ID], of forum: ChannelRecord, by userID: ID) throws(DiscordError) {
        for id in tagIDs {
            guard let tag = forum.tags.first(where: { $0.id == id }) else { throw .unknownTag }
            if tag.isModerated, !permissions(of: userID, in: forum).contains(.manageThreads) { throw .missingPermissions }
        }
    }

    private mutating func makeThread(_ id: ID, _ draft: ThreadDraft, in parent: ChannelRecord, by userID: ID) throws(DiscordError)
        -> ChannelRecord
    {
        if let guildID = parent.guildID { threadIDs[guildID]?.removeAll { channels[$0] == nil } }
        let siblings = parent.guildID.flatMap { threadIDs[$0] } ?? []
        let active = siblings.count { channels[$0]?.thread?.isArchived == false }
        guard active < Self.activeThreads else { throw .tooManyThreads }
        var thread = ThreadRecord(ownerID: userID, at: now)
        thread.autoArchiveMinutes = draft.archiveMinutes ?? parent.defaultArchiveMinutes ?? 4_320
        thread.isInvitable = draft.isInvitable
        thread.tagIDs = draft.tagIDs
        if users[userID] != nil { thread.members[userID] = .init(userID: userID, joinedAt: now) }
        var channel = ChannelRecord(id: id, kind: draft.kind, guildID: parent.guildID, name: draft.name, parentID: parent.id)
        channel.slowmodeSeconds = draft.slowmodeSeconds
        channel.isNSFW = parent.isNSFW
        channel.thread = thread
        channels[id] = channel
        if let guildID = parent.guildID { threadIDs[guildID, default: []].append(id) }
        if parent.kind == .forum { channels[parent.id]?.lastMessageID = id }
        threadsQuietUntil = min(threadsQuietUntil, thread.quietUntil(lastMessage: nil))
        events.append(.channelCreated(channel))
        return channel
    }

    /// A message that Discord itself writes.
    mutating func system(_ kind: MessageRecord.Kind, in channel: ChannelRecord, by userID: ID, shape: (inout MessageRecord) -> Void) {
        var message = MessageRecord(id: nextID(), channelID: channel.id, guildID: channel.guildID, authorID: userID, createdAt: now)
        message.kind = kind
        shape(&message)
        insert(message)
        if let written = messages[message.id] { events.append(.messageCreated(written)) }
    }

    /// Archives the threads that have been quiet for too long. Cheap when none is due.
    mutating func archiveQuietThreads() {
        guard threadsQuietUntil <= now else { return }
        var next = Timestamp.never
        for channel in channels.values {
            guard let thread = channel.thread, !thread.isArchived else { continue }
            let due = thread.quietUntil(lastMessage: channel.lastMessageID)
            if due > now {
                next = min(next, due)
                continue
            }
            var channel = channel
            channel.thread?.isArchived = true
            channel.thread?.archivedAt = now
            update(channel)
        }
        threadsQuietUntil = next
    }

    /// The thread opened again for a message, if it was archived; refused if it is locked.
    mutating func awake(_ channel: ChannelRecord, for userID: ID) throws(DiscordError) -> ChannelRecord {
        guard let thread = channels[channel.id]?.thread else { return channel }
        if thread.isLocked, users[userID] != nil, !permissions(of: userID, in: channel).contains(.manageThreads) {
            throw thread.isArchived ? .threadArchived : .threadLocked
        }
        guard thread.isArchived, var opened = channels[channel.id] else { return channel }
        opened.thread?.isArchived = false
        opened.thread?.archivedAt = now
        threadsQuietUntil = min(threadsQuietUntil, opened.thread?.quietUntil(lastMessage: nil) ?? .never)
        update(opened)
        return opened
    }
}

extension Timestamp {
    /// Later than anything.
    static let never = Timestamp(millisecondsSinceEpoch: .max / 4)
}
