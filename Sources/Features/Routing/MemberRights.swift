import Discord
import DiscordModels
import Support
import Synchronization

/// What the author of a message may do in its guild; for interactions Discord says so itself, for messages one has to ask.
final class MemberRights: Sendable {
    /// So long what a guild said of its roles is believed.
    private static let span = Duration.seconds(60)
    private static let limit = 1_000

    private let rest: RESTClient
    private let clock: any WallClock
    private let known = Mutex<[GuildID: (guild: Guild, since: Timestamp)]>([:])

    init(_ rest: RESTClient, clock: any WallClock) { (self.rest, self.clock) = (rest, clock) }

    /// Nothing in direct messages, where there is nothing to ask for.
    func permissions(of message: Message) async throws -> Permissions {
        guard let id = message.guildID else { return [] }
        return try await guild(id).permissions(of: message.author.id, with: message.member?.roles ?? [])
    }

    private func guild(_ id: GuildID) async throws -> Guild {
        let now = clock.now()
        if let (guild, since) = known.withLock({ $0[id] }), now < since + Self.span { return guild }
        let guild = try await rest.guild(id)
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[id] = (guild, now)
        }
        return guild
    }
}

extension Guild {
    /// What a member may do in the guild as a whole. Source: https://discord.com/developers/docs/topics/permissions#permission-overwrites
    func permissions(of user: UserID, with held: [RoleID]) -> Permissions {
        if user == ownerID { return Permissions(rawValue: .max) }
        // The role of everyone has the guild's id.
        return (roles ?? []).filter { $0.id.rawValue == id.rawValue || held.contains($0.id) }
            .reduce(into: []) { $0.formUnion($1.permissions ?? []) }
    }
}
