import OrderedCollections

/// Who one is, where the gateway is, other users.
extension RouteTable {
    static let selfRoutes: [Route] = [
        Route("GET", "/gateway", needsToken: false) { world, _ in .ok(["url": .string(world.gatewayAddress)]) },
        Route("GET", "/gateway/bot") { world, call in .ok(world.showGateway(for: call.caller)) },
        Route("GET", "/users/@me", scope: "identify") { world, call in
            let shown = world.show(self: call.caller)
            guard let grant = call.grant else { return .ok(shown) }
            let allows = grant.scopes.contains("email")
            let address = JSON.string("\(world.users[call.caller]?.username ?? "somebody")@example.com")
            return .ok(
                allows
                    ? shown.merging(["email": address])
                    : .object((shown.object ?? [:]).filter { $0.key != "email" && $0.key != "verified" }))
        },
        Route("GET", "/users/@me/guilds", scope: "guilds") { world, call in
            .ok(.list(world.guilds.values.filter { $0.members[call.caller] != nil }.map { world.showMine($0, for: call.caller) }))
        },
        Route("POST", "/users/@me/channels") { world, call throws(DiscordError) in
            let mistakes = FormReader.Mistakes()
            let recipient = FormReader(call.body, mistakes: mistakes).id("recipient_id", required: true)
            try mistakes.throwIfAny()
            guard let recipient, let user = world.users[recipient] else { throw .unknownUser }
            guard !user.isBot else { throw .cannotMessageUser }
            return .ok(world.show(world.directChannel(between: call.caller, and: recipient), for: call.caller))
        },
        Route("GET", "/users/{user_id}") { world, call throws(DiscordError) in
            let id = try call.id("user_id")
            guard world.users[id] != nil else { throw .unknownUser }
            return .ok(world.show(user: id))
        },
    ]
}

extension World {
    var gatewayAddress: String { EmulatorServer.gatewayAddress(at: baseAddress) }

    /// The guild, if the bot is in it.
    func guild(_ call: APICall) throws(DiscordError) -> GuildRecord {
        guard let guild = guilds[try call.id("guild_id")], guild.members[call.caller] != nil else { throw .unknownGuild }
        return guild
    }

    /// The same, if the bot may do that in it.
    func guild(_ call: APICall, letting needed: Permissions) throws(DiscordError) -> GuildRecord {
        let guild = try guild(call)
        guard let member = guild.members[call.caller], basePermissions(of: member, in: guild).isSuperset(of: needed) else {
            throw .missingPermissions
        }
        return guild
    }
}
