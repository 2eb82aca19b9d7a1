import DequeModule
import OrderedCollections

/// Channels and who is in them.
extension World {
    /// The DM channel of two users, made when first asked for.
    mutating func directChannel(between first: ID, and second: ID) -> ChannelRecord {
        let pair = [first, second]
        if let known = channels.values.first(where: { $0.kind == .dm && Set($0.recipientIDs) == Set(pair) }) { return known }
        let channel = ChannelRecord(id: nextID(), kind: .dm, guildID: nil, name: "", recipientIDs: pair)
        channels[channel.id] = channel
        events.append(.channelCreated(channel))
        return channel
    }

    mutating func add(_ channel: ChannelRecord) {
        channels[channel.id] = channel
        if let guildID = channel.guildID, !channel.isThread { guilds[guildID]?.channelIDs.append(channel.id) }
        events.append(.channelCreated(channel))
    }

    /// Deletes a channel with what is in it: messages, threads, webhooks. Those in a category lose only their place.
    mutating func deleteChannel(_ channel: ChannelRecord) {
        for child in channels.values where child.parentID == channel.id {
            if child.isThread {
                deleteChannel(child)
            } else {
                channels[child.id]?.parentID = nil
                if let moved = channels[child.id] { events.append(.channelUpdated(moved)) }
            }
        }
        for id in history.removeValue(forKey: channel.id) ?? [] {
            for attachment in messages.removeValue(forKey: id)?.attachments ?? [] { files.remove(attachment.id) }
        }
        for webhook in webhooks.values where webhook.channelID == channel.id { webhooks[webhook.id] = nil }
        channels[channel.id] = nil
        if let guildID = channel.guildID { guilds[guildID]?.channelIDs.removeAll { $0 == channel.id } }
        events.append(.channelDeleted(channel))
    }

    mutating func update(_ channel: ChannelRecord) {
        channels[channel.id] = channel
        events.append(.channelUpdated(channel))
    }

    /// Messages of a channel that a user sees, newest first.
    func visibleMessages(in channelID: ID, to userID: ID, before: ID? = nil, after: ID? = nil, limit: Int) -> [MessageRecord] {
        let ids = history[channelID] ?? []
        var found: [MessageRecord] = []
        if let after {
            for id in ids where id > after {
                guard let message = messages[id], message.isVisible(to: userID) else { continue }
                found.append(message)
                if found.count == limit { break }
            }
            return found.reversed()
        }
        for id in ids.reversed() where before.map({ id < $0 }) ?? true {
            guard let message = messages[id], message.isVisible(to: userID) else { continue }
            found.append(message)
            if found.count == limit { break }
        }
        return found
    }
}
