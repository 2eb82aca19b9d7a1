import OrderedCollections
import Support

/// Changing members and roles.
extension RouteTable {
    static let memberRoutes: [Route] = [
        Route("PATCH", "/guilds/{guild_id}/members/@me", .per(10_000, 5)) { world, call throws(DiscordError) in
            let guild = try world.guild(call, letting: .changeNickname)
            guard var member = guild.members[call.caller] else { throw .unknownMember }
            let mistakes = FormReader.Mistakes()
            let form = FormReader(call.body, mistakes: mistakes)
            if form.has("nick") { member.nick = form.string("nick", 0...32).flatMap { $0.isEmpty ? nil : $0 } }
            try mistakes.throwIfAny()
            world.update(member, in: guild.id)
            return .ok(world.show(member))
        },
        Route("PATCH", "/guilds/{guild_id}/members/{user_id}", .per(10_000, 10)) { world, call throws(DiscordError) in
            let guild = try world.guild(call)
            guard let member = guild.members[try call.id("user_id")] else { throw .unknownMember }
            let changed = try world.checked(call.body, of: member, in: guild, by: call.caller)
            world.update(changed, in: guild.id)
            return .ok(world.show(changed))
        },
        Route("DELETE", "/guilds/{guild_id}/members/{user_id}", .per(10_000, 5)) { world, call throws(DiscordError) in
            let guild = try world.guild(call, letting: .kickMembers)
            let id = try call.id("user_id")
            guard guild.members[id] != nil else { throw .unknownMember }
            guard world.outranks(call.caller, id, in: guild) else { throw .missingPermissions }
            try world.leave(guild: guild.id, id)
            return .nothing
        },
        Route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", .per(10_000, 10)) { world, call throws(DiscordError) in
            let guild = try world.guild(call)
            try world.setRole(call.id("role_id"), of: call.id("user_id"), in: guild.id, true, by: call.caller)
            return .nothing
        },
        Route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", .per(10_000, 10)) { world, call throws(DiscordError) in
            let guild = try world.guild(call)
            try world.setRole(call.id("role_id"), of: call.id("user_id"), in: guild.id, false, by: call.caller)
            return .nothing
        },
        Route("POST", "/guilds/{guild_id}/roles", .per(10_000, 5)) { world, call throws(DiscordError) in
            let guild = try world.guild(call, letting: .manageRoles)
            guard guild.roles.count < 250 else { throw .tooManyRoles }
            var role = RoleRecord(id: world.nextID(), name: "new role", permissions: .everyone, position: 1)
            try RoleForm.check(call.body, into: &role)
            world.put(role, in: guild.id)
            return .ok(world.show(role))
        },
        Route("PATCH", "/guilds/{guild_id}/roles/{role_id}", .per(10_000, 5)) { world, call throws(DiscordError) in
            let guild = try world.guild(call)
            var role = try world.role(call.id("role_id"), in: guild.id, changeableBy: call.caller)
            try RoleForm.check(call.body, into: &role)
            world.put(role, in: guild.id)
            return .ok(world.show(role))
        },
        Route("DELETE", "/guilds/{guild_id}/roles/{role_id}", .per(10_000, 5)) { world, call throws(DiscordError) in
            let guild = try world.guild(call)
            let role = try world.role(call.id("role_id"), in: guild.id, changeableBy: call.caller)
            guard role.id != guild.id, role.managedBy == nil else { throw .missingPermissions }
            world.deleteRole(role.id, in: guild.id)
            return .nothing
        },
    ]
}

extension World {
    /// A member as a request wants it, if its sender may do each part of that.
    fileprivate func checked(_ body: JSON, of member: MemberRecord, in guild: GuildRecord, by callerID: ID) throws(DiscordError)
        -> MemberRecord
    {
        guard let caller = guild.members[callerID] else { throw .missingAccess }
        let granted = basePermissions(of: caller, in: guild)
        let mistakes = FormReader.Mistakes()
        let form = FormReader(body, mistakes: mistakes)
        var changed = member
        func mayNot(_ needed: Permissions) -> Bool {
            !granted.contains(needed) || member.userID != callerID && !outranks(callerID, member.userID, in: guild)
        }
        if form.has("nick") {
            if mayNot(member.userID == callerID ? .changeNickname : .manageNicknames) { throw .missingPermissions }
            changed.nick = form.string("nick", 0...32).flatMap { $0.isEmpty ? nil : $0 }
        }
        if form.has("communication_disabled_until") {
            if mayNot(.moderateMembers) { throw .missingPermissions }
            let text = form.string("communication_disabled_until")
            changed.silentUntil = text.flatMap { Timestamp(discordText: $0) }
            if text != nil, changed.silentUntil == nil {
                form.fail("communication_disabled_until", "DATE_TIME_TYPE_PARSE", "Could not parse. Should be ISO8601.")
            }
        }
        if let wanted = form.list("roles", 0...350)?.compactMap(\.id) {
            for id in Set(wanted).symmetricDifference(member.roleIDs) { _ = try role(id, in: guild.id, changeableBy: callerID) }
            changed.roleIDs = wanted
        }
        try mistakes.throwIfAny()
        return changed
    }
}

/// Checks requests that make or change a role.
private enum RoleForm {
    static func check(_ body: JSON, into role: inout RoleRecord) throws(DiscordError) {
        let mistakes = FormReader.Mistakes()
        let form = FormReader(body, mistakes: mistakes)
        if let name = form.string("name", 1...100) { role.name = name }
        if form.value("permissions") != nil { role.permissions = ChannelForm.permissions("permissions", form) }
        if let color = form.int("color", 0...0xFF_FFFF) { role.color = color }
        if let color = form.form("colors")?.int("primary_color", 0...0xFF_FFFF) { role.color = color }
        if let isHoisted = form.bool("hoist") { role.isHoisted = isHoisted }
        if let isMentionable = form.bool("mentionable") { role.isMentionable = isMentionable }
        try mistakes.throwIfAny()
    }
}
