import Collections
import DequeModule
import OrderedCollections
import Support

/// Everything that exists on this Discord: a value without I/O, changed by named methods, each of which notes what others will hear
/// of it in ``events``.
///
/// The server holds it behind one lock, sets ``now`` before each step and hands the events to gateway sessions and pages after it.
/// It knows nothing of sockets, HTTP or rate limits.
struct World: Sendable {
    struct Limits: Sendable {
        /// Messages kept in one channel.
        var messagesPerChannel = 2_000
        /// All attachments together.
        var attachmentBytes = 256 << 20
        /// Interactions remembered.
        var interactions = 20_000
        var applications = 64
        /// Edits of messages older than an hour that one channel takes in an hour. Discord has such a number and does not tell it.
        var oldEditsPerHour = 30
        var commandCreationsPerDay = 200
        var maxConcurrency = 1
        var identifiesPerDay = 1_000
        /// Whether a second identify within five seconds gets an invalid session.
        var enforcesIdentifyPause = false
        /// More close with 4011.
        var guildsPerShard = 2_500
        /// Recommended by `GET /gateway/bot`, at the least.
        var shards = 1
        /// Where users of a new application may be sent after they authorized it.
        var redirectURIs: [String] = []
        /// Privileged intents that a new application lacks.
        var disallowedIntents: Intents = []
        /// Addresses of personas' pictures.
        var personaPictures = 2_000
        var attachmentLifetime: Duration = .seconds(24 * 3_600)
    }

    /// The time of the present step.
    var now: Timestamp
    /// Where the REST API, CDN and gateway are found, as in `http://127.0.0.1:3000`.
    var baseAddress = "http://127.0.0.1"
    let limits: Limits

    var users: OrderedDictionary<ID, UserRecord> = [:]
    var applications: OrderedDictionary<ID, ApplicationRecord> = [:]
    var guilds: OrderedDictionary<ID, GuildRecord> = [:]
    var channels: OrderedDictionary<ID, ChannelRecord> = [:]
    /// Of each guild, oldest first; one that is gone may still stand here.
    var threadIDs: [ID: [ID]] = [:]
    /// No thread is to be archived before.
    var threadsQuietUntil = Timestamp.never
    var webhooks: OrderedDictionary<ID, WebhookRecord> = [:]
    var commands: OrderedDictionary<ID, CommandRecord> = [:]
    /// Guilds' settings for commands: by guild, then by command or application.
    var commandPermissions: [ID: [ID: [CommandPermission]]] = [:]
    /// When commands were created in the last day, by application and guild.
    var commandCreations: [String: Deque<Timestamp>] = [:]
    /// When old messages were edited in the last hour, by channel.
    var oldEdits: [ID: Deque<Timestamp>] = [:]
    var skus: OrderedDictionary<ID, SKURecord> = [:]
    var entitlements: OrderedDictionary<ID, EntitlementRecord> = [:]
    var subscriptions: OrderedDictionary<ID, SubscriptionRecord> = [:]
    var sessionStarts: [ID: SessionStarts] = [:]
    var oauthCodes: OrderedDictionary<String, OAuthCode> = [:]
    /// By access token.
    var oauthTokens: OrderedDictionary<String, OAuthToken> = [:]
    var messages: [ID: MessageRecord] = [:]
    /// Of each channel, oldest first.
    var history: [ID: Deque<ID>] = [:]
    var interactions: [ID: InteractionRecord] = [:]
    var interactionOrder: Deque<ID> = []
    var interactionsByToken: [String: ID] = [:]
    /// Those that can still fail by time.
    var openInteractions: Set<ID> = []
    var files: AttachmentStore
    /// Picture addresses of personas, by the hash that stands for them in an author.
    var personaPictures: [String: String] = [:]

    var ids = IDMint()
    var tokens: TokenMint
    /// What happened since the events were last taken.
    var events: [WorldEvent] = []

    init(now: Timestamp, seed: UInt64, limits: Limits = Limits()) {
        self.now = now
        self.limits = limits
        files = AttachmentStore(limitBytes: limits.attachmentBytes)
        tokens = TokenMint(seed: seed)
        populate()
    }

    mutating func nextID() -> ID { ids.next(at: now) }

    /// The events since the last call.
    mutating func takeEvents() -> [WorldEvent] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }
}

/// Something that others hear of.
enum WorldEvent: Sendable {
    case messageCreated(MessageRecord)
    case messageUpdated(MessageRecord)
    case messageDeleted(MessageRecord)
    case messagesDeleted(channelID: ID, messageIDs: [ID])
    case reactionAdded(MessageRecord, MessageRecord.Reaction, userID: ID)
    case reactionRemoved(MessageRecord, MessageRecord.Reaction, userID: ID)
    case typing(channelID: ID, userID: ID)
    case pinsChanged(channelID: ID)
    case interactionCreated(InteractionRecord)
    case interactionChanged(InteractionRecord)
    case modalOpened(InteractionRecord)
    case commandPermissionsChanged(guildID: ID, applicationID: ID, commandID: ID)
    case commandsChanged(applicationID: ID, guildID: ID?)
    case entitlementChanged(EntitlementRecord, event: String)
    case subscriptionChanged(SubscriptionRecord, isNew: Bool)
    case channelCreated(ChannelRecord)
    case channelUpdated(ChannelRecord)
    case channelDeleted(ChannelRecord)
    case threadMembersChanged(threadID: ID, added: [ID], removed: [ID])
    case webhooksChanged(channelID: ID)
    case guildJoined(guildID: ID, applicationID: ID)
    case guildLeft(guildID: ID, applicationID: ID)
    case memberJoined(guildID: ID, userID: ID)
    case memberChanged(guildID: ID, userID: ID)
    case memberLeft(guildID: ID, userID: ID)
    case roleChanged(guildID: ID, roleID: ID, isNew: Bool)
    case roleDeleted(guildID: ID, roleID: ID)
}
