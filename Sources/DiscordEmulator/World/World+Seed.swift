import OrderedCollections
import Support

/// How the world is born: the same ids each time, so that tests and bookmarks can name them.
extension World {
    /// A Discord-like id that does not depend on the clock.
    private static func seedID(_ n: UInt64) -> ID { ID(at: Timestamp(millisecondsSinceEpoch: 1_600_000_000_000), count: n) }

    static let firstHuman = seedID(1)
    static let secondHuman = seedID(2)
    static let defaultApplication = seedID(10)
    static let firstGuild = seedID(20)
    static let general = seedID(31)
    static let pictures = seedID(32)
    static let painter = seedID(22)
    static let showcase = seedID(36)

    mutating func populate() {
        users[Self.firstHuman] = UserRecord(id: Self.firstHuman, username: "you", globalName: "You")
        users[Self.secondHuman] = UserRecord(id: Self.secondHuman, username: "guest", globalName: "Guest")

        let everyone = RoleRecord(id: Self.firstGuild, name: "@everyone", permissions: .everyone, position: 0)
        let keeper = RoleRecord(id: Self.seedID(21), name: "Keeper", permissions: [.administrator], position: 3, color: 0xE9_1E63)
        let painter = RoleRecord(id: Self.painter, name: "Painter", permissions: [], position: 1, color: 0x34_98DB, isMentionable: true)
        var guild = GuildRecord(id: Self.firstGuild, name: "Troupe's guild", ownerID: Self.firstHuman, roles: [everyone, painter, keeper])
        let founded = Timestamp(millisecondsSinceEpoch: 1_600_000_000_000)
        guild.members[Self.firstHuman] = MemberRecord(userID: Self.firstHuman, roleIDs: [keeper.id], joinedAt: founded)
        guild.members[Self.secondHuman] = MemberRecord(userID: Self.secondHuman, joinedAt: founded)
        guild.memberIDs = [Self.firstHuman, Self.secondHuman]
        guilds[guild.id] = guild

        let rooms = Self.seedID(30)
        addSeedChannel(ChannelRecord(id: rooms, kind: .category, guildID: guild.id, name: "Rooms"))
        addSeedChannel(text(Self.general, "general", "Talk about anything", in: rooms, position: 1))
        addSeedChannel(text(Self.pictures, "pictures", "What the models painted", in: rooms, position: 2))
        addSeedChannel(text(Self.seedID(33), "chat", "Talk with the models", in: rooms, position: 3))
        var news = text(Self.seedID(34), "announcements", "Read only for bots and guests", in: rooms, position: 4)
        news.overwrites = [OverwriteRecord(id: guild.id, isMember: false, allow: [], deny: [.sendMessages])]
        addSeedChannel(news)
        var hidden = text(Self.seedID(35), "keepers", "Only keepers see this", in: rooms, position: 5)
        hidden.overwrites = [OverwriteRecord(id: guild.id, isMember: false, allow: [], deny: [.viewChannel])]
        addSeedChannel(hidden)
        var forum = ChannelRecord(
            id: Self.showcase, kind: .forum, guildID: guild.id, name: "showcase", topic: "One post a picture", position: 6, parentID: rooms)
        forum.tags = [.init(id: Self.seedID(41), name: "sketch"), .init(id: Self.seedID(42), name: "finished")]
        addSeedChannel(forum)
        addSeedChannel(text(Self.seedID(37), "green-room", "Invented characters talk here: /clones start", in: rooms, position: 7))
        add(application: ApplicationRecord(id: Self.defaultApplication, name: "Troupe", description: "A bot on a local Discord"))
        events = []
    }

    private func text(_ id: ID, _ name: String, _ topic: String, in parent: ID, position: Int) -> ChannelRecord {
        ChannelRecord(
            id: id, kind: .text, guildID: Self.firstGuild, name: name, topic: topic, position: position, parentID: parent)
    }

    private mutating func addSeedChannel(_ channel: ChannelRecord) {
        channels[channel.id] = channel
        if let guildID = channel.guildID { guilds[guildID]?.channelIDs.append(channel.id) }
    }

    /// Adds an application with its bot user, and invites it to every guild.
    mutating func add(application: ApplicationRecord) {
        applications[application.id] = application
        applications[application.id]?.redirectURIs = limits.redirectURIs
        applications[application.id]?.clientSecret = tokens.secret(of: "client \(application.id)")
        applications[application.id]?.signingSeed = tokens.keySeed(of: "interactions \(application.id)")
        applications[application.id]?.disallowedIntents = limits.disallowedIntents
        users[application.id] = UserRecord(id: application.id, username: application.name, globalName: nil, isBot: true)
        for guildID in guilds.keys { invite(application, to: guildID) }
    }

    /// The application that a token belongs to: the one whose id is its first part in base64, or else the one born with the world.
    /// Nil when there are too many.
    mutating func application(ofToken token: String) -> ID? {
        guard let id = Self.applicationID(inToken: token) else { return Self.defaultApplication }
        if applications[id] != nil { return id }
        guard applications.count < limits.applications, users[id] == nil else { return nil }
        add(application: ApplicationRecord(id: id, name: "Bot \(id.raw % 10_000)", description: ""))
        return id
    }

    static func applicationID(inToken token: String) -> ID? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64.decode(parts[0]) else { return nil }
        guard let id = ID(String(decoding: bytes, as: UTF8.self)), id.raw > 1 << 22 else { return nil }
        return id
    }
}
