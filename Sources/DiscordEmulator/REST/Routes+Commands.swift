import OrderedCollections

/// Application commands, global and of a guild: the same handlers for both.
extension RouteTable {
    static let commandRoutes: [Route] = scope("/applications/{application_id}") + scope("/applications/{application_id}/guilds/{guild_id}")

    private static func scope(_ base: String) -> [Route] {
        let all = "\(base)/commands"
        let one = "\(base)/commands/{command_id}"
        return [
            Route("GET", all) { world, call throws(DiscordError) in
                let scope = try CommandScope(world, call)
                let commands = world.commands(of: scope.applicationID, guildID: scope.guildID).map(\.shown)
                return .ok(.list(call.flag("with_localizations") ? commands : commands.map(CommandForm.withoutTranslations)))
            },
            Route("POST", all, .per(20_000, 5)) { world, call throws(DiscordError) in
                let scope = try CommandScope(world, call)
                let draft = try read(call.body)
                let (command, isNew) = try world.register(draft, for: scope.applicationID, guildID: scope.guildID)
                return isNew ? .created(command.shown) : .ok(command.shown)
            },
            Route("PUT", all, .per(60_000, 20)) { world, call throws(DiscordError) in
                let scope = try CommandScope(world, call)
                let drafts = try readAll(call.body)
                let commands = try world.overwriteCommands(drafts, for: scope.applicationID, guildID: scope.guildID)
                return .ok(.list(commands.map(\.shown)))
            },
            Route("GET", one) { world, call throws(DiscordError) in .ok(try command(world, call).shown) },
            Route("PATCH", one, .per(20_000, 5)) { world, call throws(DiscordError) in
                let known = try command(world, call)
                return .ok(world.edit(known, try read(call.body, earlier: known.shown)).shown)
            },
            Route("DELETE", one, .per(20_000, 5)) { world, call throws(DiscordError) in
                world.deleteCommand(try command(world, call))
                return .nothing
            },
        ]
    }

    private static func command(_ world: World, _ call: APICall) throws(DiscordError) -> CommandRecord {
        let scope = try CommandScope(world, call)
        return try world.command(call.id("command_id"), of: scope.applicationID, guildID: scope.guildID)
    }

    private static func read(_ body: JSON, earlier: JSON? = nil) throws(DiscordError) -> CommandForm.Draft {
        let mistakes = FormReader.Mistakes()
        let draft = CommandForm.read(FormReader(body, mistakes: mistakes), earlier: earlier)
        try mistakes.throwIfAny()
        return draft
    }

    private static func readAll(_ body: JSON) throws(DiscordError) -> [CommandForm.Draft] {
        guard let list = body.array else {
            throw .form([], "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        }
        let mistakes = FormReader.Mistakes()
        let drafts = list.enumerated().map { index, value in
            CommandForm.read(FormReader(value, path: [String(index)], mistakes: mistakes))
        }
        try mistakes.throwIfAny()
        return drafts
    }
}

/// Whose commands, and where.
private struct CommandScope {
    let applicationID: ID
    let guildID: ID?

    init(_ world: World, _ call: APICall) throws(DiscordError) {
        applicationID = try call.id("application_id")
        guard world.applications[applicationID] != nil else { throw .unknownApplication }
        guard applicationID == call.caller else { throw .missingAccess }
        guildID = call.parameters["guild_id"] == nil ? nil : try call.id("guild_id")
        if let guildID, world.guilds[guildID]?.members[applicationID] == nil { throw .missingAccess }
    }
}
