import OrderedCollections

/// Which commands a person is offered where: how the application is installed, in which contexts the command works, and whom the
/// guild lets use it.
extension World {
    /// How an application is present for a person in a channel.
    struct Installation: Sendable {
        /// It is a member of the guild, or the other side of the direct channel.
        var byGuild = false
        /// The person installed it for themselves.
        var byUser = false
    }

    func installation(of applicationID: ID, for userID: ID, in channel: ChannelRecord) -> Installation {
        let byGuild =
            channel.guildID.map { guilds[$0]?.members[applicationID] != nil } ?? channel.recipientIDs.contains(applicationID)
        return Installation(byGuild: byGuild, byUser: users[userID]?.installedIDs.contains(applicationID) ?? false)
    }

    /// 0 a guild, 1 the direct channel with the application's bot, 2 any other direct channel.
    func context(of applicationID: ID, in channel: ChannelRecord) -> Int {
        channel.guildID != nil ? 0 : channel.recipientIDs.contains(applicationID) ? 1 : 2
    }

    /// The `authorizing_integration_owners` of an interaction: through whose installation it is there.
    func owners(of applicationID: ID, for userID: ID, in channel: ChannelRecord) -> JSON {
        let installation = installation(of: applicationID, for: userID, in: channel)
        var owners: JSONObject = [:]
        if installation.byGuild { owners["0"] = .string(channel.guildID.map { "\($0)" } ?? "0") }
        if installation.byUser { owners["1"] = .id(userID) }
        return .object(owners)
    }

    /// Throws what the client's picker would not show.
    func refuseHidden(_ command: CommandRecord, for userID: ID, in channel: ChannelRecord) throws(PlayError) {
        let installation = installation(of: command.applicationID, for: userID, in: channel)
        if command.guildID == nil {
            let types = command.shown["integration_types"]?.array ?? [0]
            let isInstalled = types.contains(0) && installation.byGuild || types.contains(1) && installation.byUser
            guard isInstalled else {
                throw PlayError("The application of \(command.name) is not installed here, nor by this user for such places.", status: 403)
            }
            let context = context(of: command.applicationID, in: channel)
            let isOffered =
                command.shown["contexts"]?.array.map { $0.contains(.int(context)) }
                ?? (context == 0 || command.shown["dm_permission"]?.bool != false)
            guard isOffered else { throw PlayError("The command \(command.name) is not offered in this kind of channel.", status: 403) }
        }
        if command.shown["nsfw"]?.bool == true, channel.guildID != nil, !channel.isNSFW {
            throw PlayError("The command \(command.name) is offered in age-restricted channels only.", status: 403)
        }
        guard installation.byGuild, let guildID = channel.guildID else { return }
        guard mayUse(command, userID, channel, guildID) else { throw PlayError("This user may not use \(command.name).", status: 403) }
    }

    /// The guild's own settings for a command go before what the command asks of members.
    private func mayUse(_ command: CommandRecord, _ userID: ID, _ channel: ChannelRecord, _ guildID: ID) -> Bool {
        let granted = permissions(of: userID, in: channel)
        if granted.contains(.administrator) { return true }
        let settings = commandPermissions[guildID]?[command.id] ?? commandPermissions[guildID]?[command.applicationID] ?? []
        func setting(_ kind: CommandPermission.Kind, _ id: ID) -> Bool? { settings.first { $0.kind == kind && $0.id == id }?.isAllowed }
        let place = channel.isThread ? channel.parentID ?? channel.id : channel.id
        // All channels of a guild are meant by the guild's id less one.
        if setting(.channel, place) ?? setting(.channel, ID(guildID.raw - 1)) == false { return false }
        if let own = setting(.user, userID) { return own }
        let roles = guilds[guildID]?.members[userID]?.roleIDs ?? []
        let byRole = roles.compactMap { setting(.role, $0) }
        if byRole.contains(true) { return true }
        if byRole.contains(false) { return false }
        if let everyone = setting(.role, guildID) { return everyone }
        guard let bits = command.shown["default_member_permissions"]?.string.flatMap({ UInt64($0) }) else { return true }
        // None at all means: for administrators only.
        return bits != 0 && granted.isSuperset(of: Permissions(rawValue: bits))
    }
}

/// One line of a guild's settings for a command.
struct CommandPermission: Sendable, Codable, Equatable {
    enum Kind: Int, Sendable, Codable {
        case role = 1
        case user = 2
        case channel = 3
    }

    let id: ID
    let kind: Kind
    let isAllowed: Bool

    var shown: JSON { ["id": .id(id), "type": .int(kind.rawValue), "permission": .bool(isAllowed)] }
}

extension World {
    /// Of one command (or, under the application's id, of all of them).
    func showPermissions(of commandID: ID, _ applicationID: ID, in guildID: ID) -> JSON {
        [
            "id": .id(commandID), "application_id": .id(applicationID), "guild_id": .id(guildID),
            "permissions": .list((commandPermissions[guildID]?[commandID] ?? []).map(\.shown)),
        ]
    }
}
