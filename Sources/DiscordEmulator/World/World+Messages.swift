import Collections
import DequeModule
import OrderedCollections
import Support

/// Writing, editing and deleting messages, whoever does it.
extension World {
    /// How long a nonce is remembered.
    static let nonceMemory: Duration = .seconds(300)

    /// Creates a message from a draft. `shape` sets what only the caller knows (webhook, interaction, ephemeral).
    /// A repeat with the same enforced nonce gives the first message and creates none.
    mutating func createMessage(
        _ draft: MessageDraft, in channel: ChannelRecord, by authorID: ID, id: ID? = nil, shape: (inout MessageRecord) -> Void = { _ in }
    ) throws(DiscordError) -> MessageRecord {
        if draft.enforcesNonce, let nonce = draft.nonce, let earlier = message(withNonce: nonce, in: channel.id, by: authorID) {
            return earlier
        }
        var message = MessageRecord(
            id: id ?? nextID(), channelID: channel.id, guildID: channel.guildID, authorID: authorID, createdAt: now)
        message.nonce = draft.nonce
        message.isTTS = draft.isTTS
        message.webhookName = draft.webhookName
        if let url = draft.webhookAvatarURL { message.webhookPictureHash = keepPicture(url) }
        if users[authorID]?.isBot == true { message.applicationID = authorID }
        shape(&message)
        if let reference = draft.reference { try refer(&message, to: reference, in: channel) }
        try apply(draft, to: &message)
        try refuseEmpty(message)
        _ = try awake(channel, for: authorID)
        message = insert(message)
        events.append(.messageCreated(message))
        if channel.isThread, users[authorID] != nil, message.ephemeralTo == nil { join(channel.id, authorID) }
        return message
    }

    /// Changes a message as a draft says. The editor's right to do so was checked before.
    mutating func editMessage(_ id: ID, _ draft: MessageDraft) throws(DiscordError) -> MessageRecord {
        guard var message = messages[id] else { throw .unknownMessage }
        try apply(draft, to: &message)
        message.flags.remove(.loading)
        try refuseEmpty(message)
        message.editedAt = now
        messages[id] = message
        events.append(.messageUpdated(message))
        return message
    }

    mutating func deleteMessage(_ id: ID) {
        guard let message = forget(id) else { return }
        events.append(.messageDeleted(message))
    }

    /// Deletes several at once, which is one event.
    mutating func deleteMessages(_ ids: [ID], in channelID: ID) {
        let gone = ids.filter { messages[$0]?.channelID == channelID && messages[$0]?.ephemeralTo == nil }.compactMap { forget($0)?.id }
        if !gone.isEmpty { events.append(.messagesDeleted(channelID: channelID, messageIDs: gone)) }
    }

    private mutating func forget(_ id: ID) -> MessageRecord? {
        guard let message = messages.removeValue(forKey: id) else { return nil }
        for attachment in message.attachments { files.remove(attachment.id) }
        history[message.channelID]?.removeAll { $0 == id }
        if message.countsInThread, let count = channels[message.channelID]?.thread?.messageCount, count > 0 {
            channels[message.channelID]?.thread?.messageCount = count - 1
        }
        return message
    }

    /// Puts a finished message in its channel, and drops the oldest when there are too many.
    @discardableResult
    mutating func insert(_ message: MessageRecord) -> MessageRecord {
        var message = message
        if let total = channels[message.channelID]?.thread?.totalMessagesSent {
            message.position = total
            if message.countsInThread {
                channels[message.channelID]?.thread?.messageCount += 1
                channels[message.channelID]?.thread?.totalMessagesSent = total + 1
            }
        }
        messages[message.id] = message
        history[message.channelID, default: []].append(message.id)
        channels[message.channelID]?.lastMessageID = message.id
        while let count = history[message.channelID]?.count, count > limits.messagesPerChannel,
            let oldest = history[message.channelID]?.popFirst(), let dropped = messages.removeValue(forKey: oldest)
        {
            for attachment in dropped.attachments { files.remove(attachment.id) }
        }
        return message
    }

    private func message(withNonce nonce: JSON, in channelID: ID, by authorID: ID) -> MessageRecord? {
        for id in (history[channelID] ?? []).reversed() {
            guard let message = messages[id], now - message.createdAt <= Self.nonceMemory else { return nil }
            if message.authorID == authorID, message.nonce == nonce { return message }
        }
        return nil
    }

    private func refuseEmpty(_ message: MessageRecord) throws(DiscordError) {
        let isEmpty = message.content.isEmpty && message.embeds.isEmpty && message.components.isEmpty && message.attachments.isEmpty
        if isEmpty, !message.flags.contains(.loading) { throw .emptyMessage }
    }

    private func refer(_ message: inout MessageRecord, to reference: MessageDraft.Reference, in channel: ChannelRecord)
        throws(DiscordError)
    {
        guard let target = messages[reference.messageID], target.channelID == channel.id, target.ephemeralTo == nil,
            !target.kind.isSystem
        else {
            if !reference.failsIfMissing { return }
            throw .form(["message_reference"], "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        }
        message.kind = .reply
        message.reference = .init(messageID: target.id, channelID: target.channelID, guildID: target.guildID)
    }

    private mutating func apply(_ draft: MessageDraft, to message: inout MessageRecord) throws(DiscordError) {
        if let flags = draft.flags {
            let settable: MessageRecord.Flags = [.suppressEmbeds, .suppressNotifications, .componentsV2]
            // Once a message is made of components only, it stays so.
            let kept = message.flags.subtracting([.suppressEmbeds, .suppressNotifications])
            message.flags = kept.union(flags.intersection(settable))
        }
        if let content = draft.content { message.content = content }
        if let embeds = draft.embeds { message.embeds = embeds }
        if let components = draft.components { message.components = components }
        if !message.flags.contains(.componentsV2), let at = message.components.firstIndex(where: { $0["type"] != 1 }) {
            throw .form(
                ["components", String(at), "type"], "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).")
        }
        if message.flags.contains(.componentsV2), !message.content.isEmpty || !message.embeds.isEmpty {
            let field = message.content.isEmpty ? "embeds" : "content"
            throw .form(
                [field], "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                "The '\(field)' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
        }
        try attach(draft, to: &message)
        try refuseMissingFiles(of: message)
        if draft.content != nil || draft.allowedMentions != nil { findMentions(in: &message, allowed: draft.allowedMentions) }
    }

    /// Components may show only files that the message has; what an embed names in vain is just not shown.
    private func refuseMissingFiles(of message: MessageRecord) throws(DiscordError) {
        let known = Set(message.attachments.map(\.filename))
        for name in Self.attachmentNames(inComponents: message.components) where !known.contains(name) {
            throw .form(
                ["components"], "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "Referenced attachment \"\(name)\" not found")
        }
    }

    private mutating func attach(_ draft: MessageDraft, to message: inout MessageRecord) throws(DiscordError) {
        var wanted = draft.attachments ?? message.attachments.map { MessageDraft.Attachment(source: .kept($0.id)) }
        for file in draft.files {
            let isListed = wanted.contains { if case .file(let index) = $0.source { index == file.index } else { false } }
            if !isListed { wanted.append(MessageDraft.Attachment(source: .file(file.index))) }
        }
        // Nothing is stored before everything is known to be right.
        if wanted.count > 10 { throw .form(["attachments"], "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.") }
        for (position, entry) in wanted.enumerated() {
            guard case .file(let index) = entry.source, !draft.files.contains(where: { $0.index == index }) else { continue }
            throw .form(["attachments", "\(position)", "id"], "ATTACHMENT_NOT_FOUND", "Attachment with ID \(index) was not found")
        }
        var attachments: [AttachmentRecord] = []
        for entry in wanted {
            switch entry.source {
            case .file(let index):
                guard let file = draft.files.first(where: { $0.index == index }) else { continue }
                attachments.append(store(file, named: entry, in: message.channelID))
            case .kept(let id):
                guard var kept = message.attachments.first(where: { $0.id == id }) else { continue }
                if let description = entry.description { kept.description = description }
                attachments.append(kept)
            }
        }
        for old in message.attachments where !attachments.contains(where: { $0.id == old.id }) { files.remove(old.id) }
        message.attachments = attachments
    }

    /// Keeps a file and makes the record of it.
    mutating func store(_ file: UploadedFile, named entry: MessageDraft.Attachment?, in channelID: ID) -> AttachmentRecord {
        let id = nextID()
        let picture = ImageSize.read(file.bytes)
        var name = Self.safeFilename(entry?.filename ?? file.filename)
        if entry?.isSpoiler == true, !name.hasPrefix("SPOILER_") { name = "SPOILER_" + name }
        files.store(file.bytes, as: id)
        return AttachmentRecord(
            id: id, channelID: channelID, filename: name,
            contentType: picture?.type ?? file.contentType ?? ContentType.guess(name), size: file.bytes.count, width: picture?.width,
            height: picture?.height, description: entry?.description)
    }

    /// Discord keeps letters, digits, dot, dash and underscore of a file's name.
    static func safeFilename(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let kept = last.map { character -> Character in
            character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character)) ? character : "_"
        }
        let text = String(kept.prefix(200))
        return text.isEmpty || text.allSatisfy({ $0 == "." }) ? "unknown" : text
    }

    static func pictureHash(_ url: String) -> String {
        String(url.utf8.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }, radix: 16)
    }
}
