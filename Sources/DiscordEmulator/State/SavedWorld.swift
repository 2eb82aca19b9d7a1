import DequeModule
import Foundation
import OrderedCollections
import Support

/// What of a world outlives the process: people, places, messages, files, commands, what was sold; in the state file also gateway
/// sessions, so that bots resume. Faults and rate limits do not.
struct SavedWorld: Codable, Sendable {
    struct File: Codable, Sendable {
        let id: ID
        let bytes: Data
    }

    /// Raised when an older file could no longer be read.
    static let presentFormat = 1

    var format = Self.presentFormat
    var savedAt: Timestamp
    /// How far the clock was set forward.
    var offsetMilliseconds: Int64
    var tokensMade: UInt64
    var ids: IDMint
    var users: [UserRecord]
    var applications: [ApplicationRecord]
    var guilds: [GuildRecord]
    var channels: [ChannelRecord]
    var webhooks: [WebhookRecord]
    var commands: [CommandRecord]
    var commandPermissions: [ID: [ID: [CommandPermission]]]
    var skus: [SKURecord]
    var entitlements: [EntitlementRecord]
    var subscriptions: [SubscriptionRecord]
    var sessionStarts: [ID: SessionStarts]
    var oauthTokens: [OAuthToken]
    /// Of each channel, oldest first.
    var messages: [MessageRecord]
    /// In the order they began.
    var interactions: [InteractionRecord]
    var personaPictures: [String: String]
    var files: [File]
    /// Only in the state file: whoever loads a state into a running emulator makes bots identify again.
    var sessions: [SavedGatewaySession]?

    init(_ world: World, offset: Duration) {
        savedAt = world.now
        offsetMilliseconds = offset.milliseconds
        tokensMade = world.tokens.count
        ids = world.ids
        users = Array(world.users.values)
        applications = Array(world.applications.values)
        guilds = Array(world.guilds.values)
        channels = Array(world.channels.values)
        webhooks = Array(world.webhooks.values)
        commands = Array(world.commands.values)
        commandPermissions = world.commandPermissions
        skus = Array(world.skus.values)
        entitlements = Array(world.entitlements.values)
        subscriptions = Array(world.subscriptions.values)
        sessionStarts = world.sessionStarts
        oauthTokens = Array(world.oauthTokens.values)
        messages = world.channels.keys.flatMap { world.history[$0] ?? [] }.compactMap { world.messages[$0] }
        interactions = world.interactionOrder.compactMap { world.interactions[$0] }
        personaPictures = world.personaPictures
        files = world.files.stored.map { File(id: $0.id, bytes: Data($0.bytes)) }
    }
}

extension World {
    /// Becomes what was saved. Its clock, address and limits stay.
    mutating func restore(_ saved: SavedWorld) {
        func table<Row>(_ rows: [Row], by key: (Row) -> ID) -> OrderedDictionary<ID, Row> {
            OrderedDictionary(rows.map { (key($0), $0) }, uniquingKeysWith: { _, last in last })
        }
        users = table(saved.users, by: \.id)
        applications = table(saved.applications, by: \.id)
        guilds = table(saved.guilds, by: \.id)
        channels = table(saved.channels, by: \.id)
        threadIDs = [:]
        for channel in saved.channels where channel.isThread {
            if let guildID = channel.guildID { threadIDs[guildID, default: []].append(channel.id) }
        }
        webhooks = table(saved.webhooks, by: \.id)
        commands = table(saved.commands, by: \.id)
        commandPermissions = saved.commandPermissions
        skus = table(saved.skus, by: \.id)
        entitlements = table(saved.entitlements, by: \.id)
        subscriptions = table(saved.subscriptions, by: \.id)
        sessionStarts = saved.sessionStarts
        oauthTokens = OrderedDictionary(saved.oauthTokens.map { ($0.access, $0) }, uniquingKeysWith: { _, last in last })
        oauthCodes = [:]
        personaPictures = saved.personaPictures
        ids = saved.ids
        tokens.count = max(tokens.count, saved.tokensMade)
        messages = Dictionary(saved.messages.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        history = [:]
        for message in saved.messages { history[message.channelID, default: []].append(message.id) }
        interactions = Dictionary(saved.interactions.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        interactionOrder = Deque(saved.interactions.map(\.id))
        interactionsByToken = Dictionary(saved.interactions.map { ($0.token, $0.id) }, uniquingKeysWith: { _, last in last })
        openInteractions = Set(saved.interactions.filter { $0.deadline != nil }.map(\.id))
        files = AttachmentStore(limitBytes: limits.attachmentBytes)
        for file in saved.files { files.store(Array(file.bytes), as: file.id) }
        commandCreations = [:]
        oldEdits = [:]
        threadsQuietUntil = now
        events = []
    }
}
