import DiscordModels
import NIOCore
import Support
import Synchronization

/// What the gateway tells anyway and Troupe would else ask for again and again: what roles permit, and which channel is that of
/// direct messages with somebody. Nothing more is kept, and of it only the most recently used.
///
/// The shards feed it in the order of their events. A guild is known only while the shard that hears of it has a session: what
/// was missed would else be believed for ever. An answer to a question is kept unless an event overtook it.
public final class GatewayCache: Sendable {
    public struct Configuration: Sendable {
        /// Some hundred bytes each.
        public var guilds = 4_096
        /// Some fifty bytes each.
        public var directChannels = 4_096

        public init() {}
    }

    private struct State {
        var guilds: RecentlyUsed<GuildID, GuildFacts>
        var directChannels: RecentlyUsed<UserID, ChannelID>
        /// Shards that have a session.
        var shards: Set<Int> = []
        var shardCount = 1
        /// Of guilds, so far: tells whether an answer is older than what has been heard since.
        var changes: UInt64 = 0

        func hears(of guild: GuildID) -> Bool { shards.contains(GatewayCache.shard(of: guild, among: shardCount)) }
    }

    private let state: Mutex<State>

    public init(configuration: Configuration = .init()) {
        state = Mutex(
            State(
                guilds: RecentlyUsed(capacity: configuration.guilds), directChannels: RecentlyUsed(capacity: configuration.directChannels)))
    }

    // MARK: Asking

    /// What is known of a guild; else it is asked, and the answer kept.
    public func guild(_ id: GuildID, orAsk ask: () async throws -> Guild) async throws -> GuildFacts {
        let (known, changes) = state.withLock { ($0.guilds[id], $0.changes) }
        if let known { return known }
        let facts = GuildFacts(try await ask())
        state.withLock { if $0.hears(of: id), $0.changes == changes { $0.guilds[id] = facts } }
        return facts
    }

    /// The channel of direct messages with somebody; else it is asked for, and the answer kept.
    public func directChannel(with user: UserID, orAsk ask: () async throws -> ChannelID) async throws -> ChannelID {
        if let known = state.withLock({ $0.directChannels[user] }) { return known }
        let channel = try await ask()
        state.withLock { $0.directChannels[user] = channel }
        return channel
    }

    /// How many guilds and channels are known.
    public var count: (guilds: Int, directChannels: Int) { state.withLock { ($0.guilds.count, $0.directChannels.count) } }

    // MARK: Fed by the shards

    /// A session began, or goes on: from now on its guilds are heard of.
    func hears(shard: Int, of count: Int) {
        state.withLock { state in
            if state.shardCount != count { (state.shardCount, state.shards) = (count, []) }
            state.shards.insert(shard)
        }
    }

    /// The session is gone, and with it what came in between: nothing that it told is believed.
    func lost(shard: Int, of count: Int) {
        state.withLock { state in
            state.shards.remove(shard)
            state.changes += 1
            state.guilds.removeAll { Self.shard(of: $0, among: count) == shard }
            state.directChannels.removeAll()
        }
    }

    /// Takes in an event of the reader's, before the next is read. Others than those of guilds cost a comparison of names.
    ///
    /// - Returns: false if it could not be read; then nothing that it may be about is believed any more.
    @discardableResult
    func receive(_ name: String, _ data: ByteBuffer) -> Bool {
        do {
            switch name {
            case "GUILD_CREATE", "GUILD_UPDATE":
                let (id, facts) = try GuildFacts.read(data)
                change { $0[id] = facts }
            case "GUILD_DELETE":
                let guild = try JSONReader().decode(UnavailableGuild.self, from: data.readableBytesView)
                change { $0[guild.id] = nil }
            case "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE":
                let event = try JSONReader().decode(RoleChange.self, from: data.readableBytesView)
                change { $0.update(event.guild_id) { $0.set(event.role.permissions ?? [], of: event.role.id) } }
            case "GUILD_ROLE_DELETE":
                let event = try JSONReader().decode(RoleDeletion.self, from: data.readableBytesView)
                change { $0.update(event.guild_id) { $0.set([], of: event.role_id) } }
            default: break
            }
            return true
        } catch {
            change { $0.removeAll() }
            return false
        }
    }

    /// Whoever writes to the bot directly tells thereby where they can be written to.
    func heard(_ message: Message) {
        guard message.guildID == nil, message.author.isBot != true, message.webhookID == nil else { return }
        state.withLock { $0.directChannels[message.author.id] = message.channelID }
    }

    private func change(_ body: (inout RecentlyUsed<GuildID, GuildFacts>) -> Void) {
        state.withLock { state in
            state.changes += 1
            body(&state.guilds)
        }
    }

    private struct RoleChange: Decodable {
        let guild_id: GuildID
        let role: GuildFacts.RolePermissions
    }

    private struct RoleDeletion: Decodable {
        let guild_id: GuildID
        let role_id: RoleID
    }

    /// Source: https://discord.com/developers/docs/events/gateway#sharding
    private static func shard(of guild: GuildID, among count: Int) -> Int { Int(guild.rawValue >> 22) % max(1, count) }
}
