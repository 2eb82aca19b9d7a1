import OrderedCollections
import Support

/// Who is in a guild and with which roles.
extension World {
    /// Makes a user a member, also a bot, which is what an invitation does.
    mutating func join(guild guildID: ID, _ userID: ID) throws(DiscordError) {
        guard let guild = guilds[guildID] else { throw .unknownGuild }
        guard users[userID] != nil else { throw .unknownUser }
        guard guild.members[userID] == nil else { return }
        if let application = applications[userID] { return invite(application, to: guildID) }
        guilds[guildID]?.members[userID] = MemberRecord(userID: userID, joinedAt: now)
        guilds[guildID]?.memberIDs.append(userID)
        events.append(.memberJoined(guildID: guildID, userID: userID))
    }

    /// A bot gets a role of its own with the permissions it asked for.
    mutating func invite(_ application: ApplicationRecord, to guildID: ID) {
        // The same id in the guild that the world is born with, whoever comes first.
        let roleID = guildID == Self.firstGuild ? ID(application.id.raw + 1) : nextID()
        let role = RoleRecord(id: roleID, name: application.name, permissions: .bot, position: 2, managedBy: application.id)
        guilds[guildID]?.roles.append(role)
        guilds[guildID]?.members[application.id] = MemberRecord(userID: application.id, roleIDs: [role.id], joinedAt: now)
        guilds[guildID]?.memberIDs.append(application.id)
        events.append(.guildJoined(guildID: guildID, applicationID: application.id))
        events.append(.memberJoined(guildID: guildID, userID: application.id))
    }

    mutating func leave(guild guildID: ID, _ userID: ID) throws(DiscordError) {
        guard let guild = guilds[guildID] else { throw .unknownGuild }
        guard guild.members[userID] != nil else { throw .unknownMember }
        guard guild.ownerID != userID else { throw .missingPermissions }
        guilds[guildID]?.members[userID] = nil
        guilds[guildID]?.memberIDs.removeAll { $0 == userID }
        guilds[guildID]?.roles.removeAll { $0.managedBy == userID }
        for channel in channels.values where channel.guildID == guildID && channel.thread?.members[userID] != nil {
            channels[channel.id]?.thread?.members[userID] = nil
        }
        if applications[userID] != nil {
            commands.removeAll { $0.value.applicationID == userID && $0.value.guildID == guildID }
            events.append(.guildLeft(guildID: guildID, applicationID: userID))
        }
        events.append(.memberLeft(guildID: guildID, userID: userID))
    }

    mutating func update(_ member: MemberRecord, in guildID: ID) {
        guard guilds[guildID]?.members[member.userID] != nil else { return }
        guilds[guildID]?.members[member.userID] = member
        events.append(.memberChanged(guildID: guildID, userID: member.userID))
    }

    /// Gives or takes a role that stands below the highest one of who does it.
    mutating func setRole(_ roleID: ID, of userID: ID, in guildID: ID, _ has: Bool, by actorID: ID) throws(DiscordError) {
        let role = try role(roleID, in: guildID, changeableBy: actorID)
        guard var member = guilds[guildID]?.members[userID] else { throw .unknownMember }
        guard member.roleIDs.contains(roleID) != has else { return }
        if role.managedBy != nil || roleID == guildID { throw .missingPermissions }
        if has { member.roleIDs.append(roleID) } else { member.roleIDs.removeAll { $0 == roleID } }
        update(member, in: guildID)
    }

    /// The role, if the user may manage it: roles above one's own are out of reach.
    func role(_ roleID: ID, in guildID: ID, changeableBy userID: ID) throws(DiscordError) -> RoleRecord {
        guard let guild = guilds[guildID], let actor = guild.members[userID] else { throw .unknownGuild }
        guard let role = guild.roles.first(where: { $0.id == roleID }) else { throw .unknownRole }
        guard basePermissions(of: actor, in: guild).contains(.manageRoles), role.position < highestPosition(of: actor, in: guild) else {
            throw .missingPermissions
        }
        return role
    }

    /// Whether one may rename, mute or remove another.
    func outranks(_ actorID: ID, _ userID: ID, in guild: GuildRecord) -> Bool {
        guard let actor = guild.members[actorID], let member = guild.members[userID], userID != guild.ownerID else { return false }
        return actorID == guild.ownerID || highestPosition(of: actor, in: guild) > highestPosition(of: member, in: guild)
    }

    private func highestPosition(of member: MemberRecord, in guild: GuildRecord) -> Int {
        if member.userID == guild.ownerID { return .max }
        return guild.roles.filter { member.roleIDs.contains($0.id) }.map(\.position).max() ?? 0
    }

    mutating func put(_ role: RoleRecord, in guildID: ID) {
        if let index = guilds[guildID]?.roles.firstIndex(where: { $0.id == role.id }) {
            guilds[guildID]?.roles[index] = role
            events.append(.roleChanged(guildID: guildID, roleID: role.id, isNew: false))
        } else {
            guilds[guildID]?.roles.append(role)
            events.append(.roleChanged(guildID: guildID, roleID: role.id, isNew: true))
        }
    }

    mutating func deleteRole(_ roleID: ID, in guildID: ID) {
        guilds[guildID]?.roles.removeAll { $0.id == roleID }
        for userID in guilds[guildID]?.memberIDs ?? [] { guilds[guildID]?.members[userID]?.roleIDs.removeAll { $0 == roleID } }
        events.append(.roleDeleted(guildID: guildID, roleID: roleID))
    }
}
