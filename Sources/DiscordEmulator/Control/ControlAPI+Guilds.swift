import OrderedCollections

/// People, guilds, roles, installations and what a guild settles about commands.
extension ControlAPI {
    func makeUser(_ call: Call) throws(World.PlayError) -> JSON {
        let body = call.body
        let locale = try Self.locale(body["locale"]) ?? "en-US"
        return try core.step { (state) throws(World.PlayError) in
            let user = try state.world.makeUser(
                named: body["username"]?.string ?? "", globalName: body["global_name"]?.string, locale: locale,
                in: body["guild_ids"]?.array?.compactMap(\.id))
            return state.world.show(user: user.id)
        }
    }

    func changeUser(_ call: Call) throws(World.PlayError) -> JSON {
        let locale = try Self.locale(call.body["locale"])
        return try core.step { (state) throws(World.PlayError) in
            guard let id = ID(call.path[1]), var user = state.world.users[id], !user.isBot else {
                throw World.PlayError("There is no such person.", status: 404)
            }
            if let name = call.body["global_name"] { user.globalName = name.string }
            if let locale { user.locale = locale }
            state.world.users[id] = user
            return state.world.show(self: id)
        }
    }

    private static func locale(_ value: JSON?) throws(World.PlayError) -> String? {
        guard let locale = value?.string else { return nil }
        guard CommandForm.locales.contains(locale) else { throw World.PlayError("Discord has no language \(locale).", field: "locale") }
        return locale
    }

    func makeGuild(_ call: Call) throws(World.PlayError) -> JSON {
        guard let name = call.body["name"]?.string, (2...100).contains(name.utf16.count) else {
            throw World.PlayError("A guild's name has 2 to 100 characters.", field: "name")
        }
        let channels = call.body["channels"]?.array?.compactMap(\.string) ?? ["general"]
        return core.step { state in
            let guild = state.world.makeGuild(named: name, by: call.user, channels: Array(channels.prefix(500)))
            return state.world.show(guild).merging([
                "channels": .list(guild.channelIDs.compactMap { state.world.channels[$0] }.map { state.world.show($0) })
            ])
        }
    }

    func changeMember(_ call: Call, joins: Bool) throws(World.PlayError) -> Reply {
        try core.step { (state) throws(World.PlayError) in
            let (guildID, userID) = (ID(call.path[1]) ?? ID(0), ID(call.path[3]) ?? ID(0))
            do throws(DiscordError) {
                if joins { try state.world.join(guild: guildID, userID) } else { try state.world.leave(guild: guildID, userID) }
            } catch { throw World.PlayError(error) }
            return .nothing
        }
    }

    func changeRole(_ call: Call, has: Bool) throws(World.PlayError) -> Reply {
        try core.step { (state) throws(World.PlayError) in
            let ids = [1, 3, 5].map { ID(call.path[$0]) ?? ID(0) }
            do throws(DiscordError) { try state.world.setRole(ids[2], of: ids[1], in: ids[0], has, by: call.user) } catch {
                throw World.PlayError(error)
            }
            return .nothing
        }
    }

    func setPermissions(_ call: Call) throws(World.PlayError) -> JSON {
        let list = call.body["permissions"]?.array ?? []
        var permissions: [CommandPermission] = []
        for entry in list.prefix(100) {
            guard let id = entry["id"]?.id, let kind = entry["type"]?.int.flatMap({ CommandPermission.Kind(rawValue: Int($0)) }),
                let isAllowed = entry["permission"]?.bool
            else {
                throw World.PlayError(
                    "Each permission is {\"id\", \"type\": 1 role, 2 user, 3 channel, \"permission\": boolean}.", field: "permissions")
            }
            permissions.append(CommandPermission(id: id, kind: kind, isAllowed: isAllowed))
        }
        let ready = permissions
        return try core.step { (state) throws(World.PlayError) in
            guard let guildID = ID(call.path[1]), let guild = state.world.guilds[guildID], let id = ID(call.path[3]),
                let applicationID = state.world.commands[id]?.applicationID ?? state.world.applications[id]?.id
            else { throw World.PlayError("There is no such guild, command or application.", status: 404) }
            guard let member = guild.members[call.user], state.world.basePermissions(of: member, in: guild).contains(.manageGuild) else {
                throw World.PlayError("This user does not manage that guild.", status: 403)
            }
            state.world.commandPermissions[guildID, default: [:]][id] = ready.isEmpty ? nil : ready
            state.world.events.append(.commandPermissionsChanged(guildID: guildID, applicationID: applicationID, commandID: id))
            return state.world.showPermissions(of: id, applicationID, in: guildID)
        }
    }

    /// Installs an application for oneself, or takes it away again.
    func install(_ call: Call, _ isInstalled: Bool) throws(World.PlayError) -> Reply {
        try core.step { (state) throws(World.PlayError) in
            guard let id = ID(call.path[1]), state.world.applications[id] != nil else {
                throw World.PlayError("There is no such application.", status: 404)
            }
            if isInstalled {
                state.world.users[call.user]?.installedIDs.insert(id)
            } else {
                state.world.users[call.user]?.installedIDs.remove(id)
            }
            state.world.events.append(.commandsChanged(applicationID: id, guildID: nil))
            return .nothing
        }
    }
}
