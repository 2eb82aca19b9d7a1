import DequeModule
import OrderedCollections

/// Reactions and pins.
extension World {
    /// The emoji of a path: a character, or `name:id`.
    static func emoji(_ text: String) throws(DiscordError) -> (id: ID?, name: String) {
        let parts = text.split(separator: ":")
        if parts.count == 2, let id = ID(parts[1]) { return (id, String(parts[0])) }
        guard parts.count == 1, !text.isEmpty, text.utf8.count <= 64, !text.allSatisfy({ $0.isASCII && !$0.isNumber }) else {
            throw .unknownEmoji
        }
        return (nil, text)
    }

    mutating func react(to message: MessageRecord, with emoji: (id: ID?, name: String), by userID: ID) throws(DiscordError) {
        var message = message
        if let index = message.reactions.firstIndex(where: { $0.emojiID == emoji.id && $0.name == emoji.name }) {
            if message.reactions[index].userIDs.contains(userID) { return }
            message.reactions[index].userIDs.append(userID)
        } else {
            guard message.reactions.count < 20 else { throw .tooManyReactions }
            message.reactions.append(.init(emojiID: emoji.id, name: emoji.name, userIDs: [userID]))
        }
        messages[message.id] = message
        events.append(.reactionAdded(message, .init(emojiID: emoji.id, name: emoji.name, userIDs: []), userID: userID))
    }

    mutating func unreact(to message: MessageRecord, with emoji: (id: ID?, name: String), by userID: ID) {
        var message = message
        guard let index = message.reactions.firstIndex(where: { $0.emojiID == emoji.id && $0.name == emoji.name }),
            let position = message.reactions[index].userIDs.firstIndex(of: userID)
        else { return }
        message.reactions[index].userIDs.remove(at: position)
        if message.reactions[index].userIDs.isEmpty { message.reactions.remove(at: index) }
        messages[message.id] = message
        events.append(.reactionRemoved(message, .init(emojiID: emoji.id, name: emoji.name, userIDs: []), userID: userID))
    }

    mutating func pin(_ message: MessageRecord, _ isPinned: Bool, by userID: ID) throws(DiscordError) {
        if message.isPinned == isPinned { return }
        if message.kind.isSystem { throw .systemMessage }
        let pinned = (history[message.channelID] ?? []).count { messages[$0]?.isPinned == true }
        if isPinned, pinned >= 50 { throw .tooManyPins }
        messages[message.id]?.isPinned = isPinned
        events.append(.pinsChanged(channelID: message.channelID))
        if let changed = messages[message.id] { events.append(.messageUpdated(changed)) }
        if isPinned, let channel = channels[message.channelID] {
            system(.pinned, in: channel, by: userID) { notice in
                notice.reference = .init(messageID: message.id, channelID: message.channelID, guildID: message.guildID)
            }
        }
    }
}
