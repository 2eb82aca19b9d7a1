import Support

/// The rows of the world: people, guilds, channels. What a row means is said by Discord's documentation of the object of its name.

struct UserRecord: Sendable {
    let id: ID
    var username: String
    var globalName: String?
    var isBot = false
}

struct ApplicationRecord: Sendable {
    /// Also the id of its bot user.
    let id: ID
    var name: String
    var description: String
}

struct RoleRecord: Sendable {
    let id: ID
    var name: String
    var permissions: Permissions
    var position: Int
    var color = 0
    /// The application whose own role this is.
    var managedBy: ID?
}

struct MemberRecord: Sendable {
    let userID: ID
    var nick: String?
    var roleIDs: [ID] = []
    let joinedAt: Timestamp
}

struct GuildRecord: Sendable {
    let id: ID
    var name: String
    var ownerID: ID
    var roles: [RoleRecord]
    var members: [ID: MemberRecord] = [:]
    /// In order of joining.
    var memberIDs: [ID] = []
    var channelIDs: [ID] = []
}

struct OverwriteRecord: Sendable {
    /// A role or a user.
    let id: ID
    let isMember: Bool
    var allow: Permissions
    var deny: Permissions
}

struct ChannelRecord: Sendable {
    enum Kind: Int, Sendable {
        case text = 0
        case dm = 1
        case voice = 2
        case category = 4
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

    var holdsMessages: Bool { kind != .category }
}

struct WebhookRecord: Sendable {
    let id: ID
    let token: String
    var name: String
    var channelID: ID
    var guildID: ID?
    let applicationID: ID?
    let creatorID: ID
}

struct CommandRecord: Sendable {
    enum Kind: Int, Sendable {
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
