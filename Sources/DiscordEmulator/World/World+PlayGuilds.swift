import OrderedCollections
import Support

/// People coming and going, guilds being founded: what the one who plays sets up.
extension World {
    static let maximumPeople = 500_000

    /// A person, who is a member of every guild that exists unless `guildIDs` says of which.
    mutating func makeUser(named username: String, globalName: String?, locale: String, in guildIDs: [ID]? = nil) throws(PlayError)
        -> UserRecord
    {
        guard username.wholeMatch(of: /[a-z0-9_.]{2,32}/) != nil else {
            throw PlayError("A username is 2 to 32 small letters, digits, dots and underscores.", field: "username")
        }
        guard !users.values.contains(where: { !$0.isBot && $0.username == username }) else {
            throw PlayError("There is a user named \(username) already.", field: "username")
        }
        guard users.count < Self.maximumPeople else { throw PlayError("There are too many users.") }
        let user = UserRecord(id: nextID(), username: username, globalName: globalName, locale: locale)
        users[user.id] = user
        for guildID in guildIDs ?? Array(guilds.keys) {
            do { try join(guild: guildID, user.id) } catch { throw PlayError(error) }
        }
        return user
    }

    /// A guild with one channel, owned by its founder; the applications are its members too.
    mutating func makeGuild(named name: String, by ownerID: ID, channels names: [String] = ["general"]) -> GuildRecord {
        let id = nextID()
        let everyone = RoleRecord(id: id, name: "@everyone", permissions: .everyone, position: 0)
        var guild = GuildRecord(id: id, name: name, ownerID: ownerID, roles: [everyone])
        guild.members[ownerID] = MemberRecord(userID: ownerID, joinedAt: now)
        guild.memberIDs = [ownerID]
        guilds[id] = guild
        for (position, name) in names.enumerated() {
            let channel = ChannelRecord(id: nextID(), kind: .text, guildID: id, name: name, position: position)
            channels[channel.id] = channel
            guilds[id]?.channelIDs.append(channel.id)
        }
        for application in applications.values { invite(application, to: id) }
        return guilds[id] ?? guild
    }
}
