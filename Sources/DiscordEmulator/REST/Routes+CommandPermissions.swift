import OrderedCollections

/// What a guild settled about who may use commands. Bots read it; only people change it, with the control API.
extension RouteTable {
    private static let base = "/applications/{application_id}/guilds/{guild_id}/commands"

    static let commandPermissionRoutes: [Route] = [
        Route("GET", "\(base)/permissions") { world, call throws(DiscordError) in
            let (applicationID, guildID) = try own(world, call)
            let settled = (world.commandPermissions[guildID] ?? [:]).keys.sorted().filter { id in
                id == applicationID || world.commands[id]?.applicationID == applicationID
            }
            return .ok(.list(settled.map { world.showPermissions(of: $0, applicationID, in: guildID) }))
        },
        Route("GET", "\(base)/{command_id}/permissions") { world, call throws(DiscordError) in
            let (applicationID, guildID) = try own(world, call)
            let id = try call.id("command_id")
            guard id == applicationID || world.commands[id]?.applicationID == applicationID else { throw .unknownCommand }
            guard world.commandPermissions[guildID]?[id] != nil else {
                throw DiscordError(404, 10066, "Unknown application command permissions")
            }
            return .ok(world.showPermissions(of: id, applicationID, in: guildID))
        },
        Route("PUT", "\(base)/{command_id}/permissions") { _, _ throws(DiscordError) in throw .notForBots },
    ]

    private static func own(_ world: World, _ call: APICall) throws(DiscordError) -> (ID, ID) {
        let applicationID = try call.id("application_id")
        guard world.applications[applicationID] != nil else { throw .unknownApplication }
        guard applicationID == call.caller else { throw .missingAccess }
        return (applicationID, try world.guild(call).id)
    }
}
