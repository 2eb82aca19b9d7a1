import Support

/// One message, with what Discord never shows of it (the nonce's owner, whose eyes it is for).
struct MessageRecord: Sendable, Codable {
    struct Flags: OptionSet, Sendable, Codable {
        let rawValue: Int64
        static let suppressEmbeds = Flags(rawValue: 1 << 2)
        static let hasThread = Flags(rawValue: 1 << 5)
        static let ephemeral = Flags(rawValue: 1 << 6)
        static let loading = Flags(rawValue: 1 << 7)
        static let suppressNotifications = Flags(rawValue: 1 << 12)
        static let componentsV2 = Flags(rawValue: 1 << 15)
    }

    enum Kind: Int, Sendable, Codable {
        case ordinary = 0
        case recipientAdded = 1
        case pinned = 6
        case threadCreated = 18
        case reply = 19
        case chatCommand = 20
        case threadStarter = 21
        case contextMenu = 23

        /// Said by Discord itself, in the name of the one who did it.
        var isSystem: Bool { [.recipientAdded, .pinned, .threadCreated, .threadStarter].contains(self) }
    }

    struct Reference: Sendable, Codable {
        /// Nil where a whole thread is meant.
        let messageID: ID?
        let channelID: ID
        let guildID: ID?
    }

    struct Reaction: Sendable, Codable {
        /// The id of a custom emoji.
        let emojiID: ID?
        let name: String
        var userIDs: [ID]
        var key: String { emojiID.map { "\(name):\($0)" } ?? name }
    }

    let id: ID
    let channelID: ID
    let guildID: ID?
    let authorID: ID
    let createdAt: Timestamp
    var kind = Kind.ordinary
    var content = ""
    var editedAt: Timestamp?
    var flags: Flags = []
    var embeds: [JSON] = []
    var components: [JSON] = []
    var attachments: [AttachmentRecord] = []
    var mentionIDs: [ID] = []
    var mentionRoleIDs: [ID] = []
    var mentionsEveryone = false
    var reference: Reference?
    var nonce: JSON?
    var isTTS = false
    var isPinned = false
    var reactions: [Reaction] = []
    /// The application that made it, if one did.
    var applicationID: ID?
    /// Set if it came through a webhook or as the answer to an interaction (then the application's id).
    var webhookID: ID?
    /// Name and picture of a persona.
    var webhookName: String?
    var webhookPictureHash: String?
    /// Which interaction it answers.
    var interactionID: ID?
    var interactionMetadata: JSON?
    var interactionName: String?
    /// Which one it is in its thread.
    var position: Int?
    /// The only user who sees it.
    var ephemeralTo: ID?

    /// Neither the first message of a post nor what stands for the message that a thread began on.
    var countsInThread: Bool { id != channelID && kind != .threadStarter }

    func isVisible(to userID: ID) -> Bool { ephemeralTo == nil || ephemeralTo == userID }
}

/// A file of a message. Its bytes are in the ``AttachmentStore`` under the same id.
struct AttachmentRecord: Sendable, Codable {
    let id: ID
    let channelID: ID
    var filename: String
    var contentType: String
    let size: Int
    let width: Int?
    let height: Int?
    var description: String?
    var isSpoiler: Bool { filename.hasPrefix("SPOILER_") }
}
