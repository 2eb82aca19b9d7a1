import OrderedCollections

/// Permission bits, of which the emulator minds those that its routes ask for.
struct Permissions: OptionSet, Sendable, Codable {
    let rawValue: UInt64

    static let kickMembers = Permissions(rawValue: 1 << 1)
    static let administrator = Permissions(rawValue: 1 << 3)
    static let manageChannels = Permissions(rawValue: 1 << 4)
    static let manageGuild = Permissions(rawValue: 1 << 5)
    static let addReactions = Permissions(rawValue: 1 << 6)
    static let viewChannel = Permissions(rawValue: 1 << 10)
    static let sendMessages = Permissions(rawValue: 1 << 11)
    static let manageMessages = Permissions(rawValue: 1 << 13)
    static let embedLinks = Permissions(rawValue: 1 << 14)
    static let attachFiles = Permissions(rawValue: 1 << 15)
    static let readMessageHistory = Permissions(rawValue: 1 << 16)
    static let mentionEveryone = Permissions(rawValue: 1 << 17)
    static let useExternalEmojis = Permissions(rawValue: 1 << 18)
    static let changeNickname = Permissions(rawValue: 1 << 26)
    static let manageNicknames = Permissions(rawValue: 1 << 27)
    static let manageRoles = Permissions(rawValue: 1 << 28)
    static let manageWebhooks = Permissions(rawValue: 1 << 29)
    static let useCommands = Permissions(rawValue: 1 << 31)
    static let manageThreads = Permissions(rawValue: 1 << 34)
    static let createPublicThreads = Permissions(rawValue: 1 << 35)
    static let createPrivateThreads = Permissions(rawValue: 1 << 36)
    static let sendMessagesInThreads = Permissions(rawValue: 1 << 38)
    static let useExternalApps = Permissions(rawValue: 1 << 50)
    static let moderateMembers = Permissions(rawValue: 1 << 40)
    static let pinMessages = Permissions(rawValue: 1 << 51)

    /// What a new guild gives to everyone.
    static let everyone: Permissions = [
        .addReactions, .viewChannel, .sendMessages, .embedLinks, .attachFiles, .readMessageHistory, .useExternalEmojis,
        .changeNickname, .useCommands, .createPublicThreads, .createPrivateThreads, .sendMessagesInThreads,
        .useExternalApps,
    ]
    /// What the emulator's bot is invited with.
    static let bot: Permissions = [
        .everyone, .manageMessages, .manageWebhooks, .manageChannels, .manageRoles, .manageThreads, .pinMessages,
        .manageNicknames, .kickMembers, .moderateMembers,
    ]
    static let all = Permissions(rawValue: (1 << 53) - 1)

    /// Bits as Discord writes them: digits in a string.
    var text: String { String(rawValue) }
}

extension World {
    /// What a user may do in a channel: roles, then overwrites for everyone, roles and the member, as Discord computes it.
    func permissions(of userID: ID, in channel: ChannelRecord) -> Permissions {
        guard let guildID = channel.guildID else {
            return channel.recipientIDs.contains(userID) ? [.everyone, .pinMessages] : []
        }
        if let thread = channel.thread {
            // A thread has its parent's permissions; a private one is seen by its members and those who manage threads.
            guard let parent = channel.parentID.flatMap({ channels[$0] }) else { return [] }
            let granted = permissions(of: userID, in: parent)
            let isIn = channel.kind != .privateThread || thread.members[userID] != nil || granted.contains(.manageThreads)
            return isIn ? granted : []
        }
        guard let guild = guilds[guildID], let member = guild.members[userID] else { return [] }
        var granted = basePermissions(of: member, in: guild)
        if granted.contains(.administrator) { return .all }
        func apply(_ overwrites: [OverwriteRecord]) {
            for overwrite in overwrites { granted.subtract(overwrite.deny) }
            for overwrite in overwrites { granted.formUnion(overwrite.allow) }
        }
        apply(channel.overwrites.filter { !$0.isMember && $0.id == guild.id })
        apply(channel.overwrites.filter { !$0.isMember && $0.id != guild.id && member.roleIDs.contains($0.id) })
        apply(channel.overwrites.filter { $0.isMember && $0.id == userID })
        if let until = member.silentUntil, until > now { granted.formIntersection([.viewChannel, .readMessageHistory]) }
        return granted.contains(.viewChannel) ? granted : []
    }

    func basePermissions(of member: MemberRecord, in guild: GuildRecord) -> Permissions {
        if guild.ownerID == member.userID { return .all }
        var granted: Permissions = []
        for role in guild.roles where role.id == guild.id || member.roleIDs.contains(role.id) { granted.formUnion(role.permissions) }
        return granted.contains(.administrator) ? .all : granted
    }

    /// The channel, if the user may see it.
    func visibleChannel(_ id: ID, to userID: ID) throws(DiscordError) -> ChannelRecord {
        guard let channel = channels[id] else { throw .unknownChannel }
        guard permissions(of: userID, in: channel).contains(.viewChannel) else { throw .missingAccess }
        return channel
    }

    /// The channel, if the user may do that in it.
    func channel(_ id: ID, letting userID: ID, _ needed: Permissions) throws(DiscordError) -> ChannelRecord {
        let channel = try visibleChannel(id, to: userID)
        guard permissions(of: userID, in: channel).isSuperset(of: needed) else { throw .missingPermissions }
        return channel
    }
}
