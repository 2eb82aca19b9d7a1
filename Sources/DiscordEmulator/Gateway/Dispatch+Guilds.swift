import OrderedCollections
import Support

/// Members and roles: what a session hears of them.
extension Dispatch {
    /// Without the members intent a bot hears only of itself, and of itself only changes.
    static func member(_ name: String, _ guildID: ID, _ userID: ID, _ session: GatewaySession.Ear, _ world: World) -> [Dispatch] {
        let isOwn = userID == session.applicationID
        guard session.handles(guildID: guildID), let guild = world.guilds[guildID], guild.members[session.applicationID] != nil,
            session.intents.contains(.guildMembers) || isOwn && name == "GUILD_MEMBER_UPDATE",
            !isOwn || name == "GUILD_MEMBER_UPDATE"
        else { return [] }
        guard let member = guild.members[userID] else {
            return [Dispatch(name: name, data: ["guild_id": .id(guildID), "user": world.show(user: userID)])]
        }
        return [Dispatch(name: name, data: world.show(member).merging(["guild_id": .id(guildID)]))]
    }

    static func role(_ name: String, _ guildID: ID, _ roleID: ID, _ session: GatewaySession.Ear, _ world: World) -> [Dispatch] {
        guard session.handles(guildID: guildID), session.intents.contains(.guilds), let guild = world.guilds[guildID],
            guild.members[session.applicationID] != nil
        else { return [] }
        guard let role = guild.roles.first(where: { $0.id == roleID }) else {
            return [Dispatch(name: name, data: ["guild_id": .id(guildID), "role_id": .id(roleID)])]
        }
        return [Dispatch(name: name, data: ["guild_id": .id(guildID), "role": world.show(role)])]
    }
}
