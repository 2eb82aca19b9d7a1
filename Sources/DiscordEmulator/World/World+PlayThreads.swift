import OrderedCollections
import Support

/// What people do with threads.
extension World {
    /// What a person asks a new thread to be.
    struct ThreadWish: Sendable {
        var name = ""
        /// The message it begins on.
        var messageID: ID?
        var isPrivate = false
        /// The first message; of a post it is needed.
        var content: String?
        var files: [UploadedFile] = []
        var tagIDs: [ID] = []
        var archiveMinutes: Int?
    }

    mutating func openThread(_ wish: ThreadWish, in channelID: ID?, as userID: ID) throws(PlayError) -> ChannelRecord {
        let parent = try channelToSpeak(channelID, userID)
        guard !wish.name.isEmpty, wish.name.utf16.count <= 100 else {
            throw PlayError("A thread needs a name of at most 100 characters.", field: "name")
        }
        if let minutes = wish.archiveMinutes, !ThreadRecord.archiveMinutes.contains(minutes) {
            throw PlayError("A thread is archived after 60, 1440, 4320 or 10080 minutes.", field: "auto_archive_duration")
        }
        var draft = ThreadDraft(name: wish.name)
        draft.kind = wish.isPrivate ? .privateThread : .publicThread
        draft.tagIDs = wish.tagIDs
        draft.archiveMinutes = wish.archiveMinutes
        var message = MessageDraft()
        message.content = wish.content
        message.files = wish.files
        do throws(DiscordError) {
            if parent.kind == .forum { return try post(draft, message, in: parent, by: userID).thread }
            let thread: ChannelRecord
            if let messageID = wish.messageID {
                guard let started = messages[messageID], started.channelID == parent.id, started.isVisible(to: userID) else {
                    throw .unknownMessage
                }
                thread = try startThread(on: started, draft, by: userID)
            } else {
                thread = try startThread(in: parent, draft, by: userID)
            }
            if wish.content != nil || !wish.files.isEmpty { _ = try createMessage(message, in: thread, by: userID) }
            return channels[thread.id] ?? thread
        } catch {
            throw PlayError(error)
        }
    }

    mutating func changeThread(_ id: ID?, _ body: JSON, as userID: ID) throws(PlayError) -> ChannelRecord {
        let channel = try channelToSpeak(id, userID)
        do throws(DiscordError) {
            return try editThread(visibleThread(channel.id, to: userID), ThreadForm.checkChange(body), by: userID)
        } catch {
            throw PlayError(error)
        }
    }

    mutating func changeMember(_ memberID: ID?, of threadID: ID?, adds: Bool, as userID: ID) throws(PlayError) {
        guard let memberID, users[memberID] != nil else { throw PlayError("There is no such user.", field: "user_id", status: 404) }
        let channel = try channelToSpeak(threadID, userID)
        do throws(DiscordError) {
            let thread = try visibleThread(channel.id, to: userID)
            if adds { try addMember(memberID, to: thread, by: userID) } else { try removeMember(memberID, from: thread, by: userID) }
        } catch {
            throw PlayError(error)
        }
    }
}
