import Support

/// The rows of the world: people, guilds, channels. What a row means is said by Discord's documentation of the object of its name.

struct UserRecord: Sendable, Codable {
    let id: ID
    var username: String
    var globalName: String?
    var isBot = false
    /// The language of a person's client.
    var locale = "en-US"
    /// Applications that a person installed for themselves.
    var installedIDs: Set<ID> = []
}

struct ApplicationRecord: Sendable, Codable {
    /// Also the id of its bot user.
    let id: ID
    var name: String
    var description: String
    /// Where its users may be sent after they authorized it.
    var redirectURIs: [String] = []
    /// Where it takes interactions instead of from the gateway.
    var interactionsEndpoint: String?
    /// Of the Ed25519 key with which requests to it are signed.
    var signingSeed: [UInt8] = []
    /// What it proves itself with at the token endpoint.
    var clientSecret = ""
    /// Privileged intents that are not switched on for it: asking for them closes with 4014.
    var disallowedIntents: Intents = []

    /// The public half of its key, in hex.
    var verifyKey: String { SignedRequest.verifyKey(seed: signingSeed) }

    /// As the API shows it: which privileged intents are switched on.
    var flags: Int {
        var flags = 1 << 23
        if !disallowedIntents.contains(.guildPresences) { flags |= 1 << 13 }
        if !disallowedIntents.contains(.guildMembers) { flags |= 1 << 15 }
        if !disallowedIntents.contains(.messageContent) { flags |= 1 << 19 }
        return flags
    }
}

struct RoleRecord: Sendable, Codable {
    let id: ID
    var name: String
    var permissions: Permissions
    var position: Int
    var color = 0
    var isHoisted = false
    var isMentionable = false
    /// The application whose own role this is.
    var managedBy: ID?
}

struct MemberRecord: Sendable, Codable {
    let userID: ID
    var nick: String?
    var roleIDs: [ID] = []
    /// Timed out until then.
    var silentUntil: Timestamp?
    let joinedAt: Timestamp
}

struct GuildRecord: Sendable, Codable {
    let id: ID
    var name: String
    var ownerID: ID
    var roles: [RoleRecord]
    var members: [ID: MemberRecord] = [:]
    /// In order of joining.
    var memberIDs: [ID] = []
    var channelIDs: [ID] = []
}

struct OverwriteRecord: Sendable, Codable {
    /// A role or a user.
    let id: ID
    let isMember: Bool
    var allow: Permissions
    var deny: Permissions
}

struct ChannelRecord: Sendable, Codable {
    enum Kind: Int, Sendable, Codable {
        case text = 0
        case dm = 1
        case voice = 2
        case category = 4
        case announcement = 5
        case announcementThread = 10
        case publicThread = 11
        case privateThread = 12
        case forum = 15
    }

    /// Words under which the posts of a forum are filed.
    struct Tag: Sendable, Codable {
        let id: ID
        var name: String
        var isModerated = false
        var emojiID: ID?
        var emojiName: String?
    }

    let id: ID
    var kind: Kind
    var guildID: ID?
    var name: String
    var topic: String?
    var position = 0
    var parentID: ID?
    var isNSFW = false
    var slowmodeSeconds = 0
    var overwrites: [OverwriteRecord] = []
    /// Of a DM: both sides.
    var recipientIDs: [ID] = []
    var lastMessageID: ID?
    /// Of a thread: what only threads have.
    var thread: ThreadRecord?
    /// Of a forum.
    var tags: [Tag] = []
    /// Of a forum (a tag is required) or a post (it is pinned).
    var flags = 0
    /// What new threads in it begin with.
    var defaultArchiveMinutes: Int?

    var isThread: Bool { thread != nil }
    var holdsMessages: Bool { kind != .category && kind != .forum }
    var holdsThreads: Bool { kind == .text || kind == .announcement || kind == .forum }
    /// What one needs to write in it.
    var speaking: Permissions { isThread ? .sendMessagesInThreads : .sendMessages }
}

struct WebhookRecord: Sendable, Codable {
    let id: ID
    let token: String
    var name: String
    var channelID: ID
    var guildID: ID?
    let applicationID: ID?
    let creatorID: ID
    /// Under which the CDN has its picture.
    var pictureHash: String?
}

struct CommandRecord: Sendable, Codable {
    enum Kind: Int, Sendable, Codable {
        case chat = 1
        case user = 2
        case message = 3
    }

    let id: ID
    let applicationID: ID
    let guildID: ID?
    var version: ID
    var kind: Kind
    var name: String
    /// As Discord shows it, with every field that it always shows.
    var shown: JSON
}
