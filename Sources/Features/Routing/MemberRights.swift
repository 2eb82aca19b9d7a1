import Discord
import DiscordModels

/// What the author of a message may do in its guild; for interactions Discord says so itself, for messages one has to know.
struct MemberRights: Sendable {
    let rest: RESTClient
    let cache: GatewayCache

    /// Nothing in direct messages, where there is nothing to ask for.
    func permissions(of message: Message) async throws -> Permissions {
        guard let id = message.guildID else { return [] }
        let guild = try await cache.guild(id) { try await rest.guild(id) }
        return guild.permissions(of: message.author.id, with: message.member?.roles ?? [], in: id)
    }
}
