import OrderedCollections
import Support

/// The channels of a seed, with what is said in them.
extension Sower {
    private static let kinds: [String: ChannelRecord.Kind] = [
        "text": .text, "voice": .voice, "category": .category, "announcement": .announcement, "forum": .forum,
    ]

    mutating func channel(_ entry: JSON, _ place: String, in guildID: ID, of guild: String, position: Int) throws(World.PlayError) {
        if let name = entry.string { return try channel(["name": .string(name)], place, in: guildID, of: guild, position: position) }
        try Self.check(
            entry, at: place,
            knows: ["name", "type", "topic", "category", "nsfw", "slowmode", "read_only", "only_for", "tags", "messages", "posts"])
        let name = try Self.name(entry, "name", place)
        let kindName = entry["type"]?.string ?? "text"
        guard let kind = Self.kinds[kindName] else {
            throw World.PlayError("A channel's type is one of \(Self.kinds.keys.sorted().joined(separator: ", ")).", field: "\(place).type")
        }
        let siblings = (world.guilds[guildID]?.channelIDs ?? []).compactMap { world.channels[$0] }
        let known = siblings.first { $0.name == name && $0.kind == kind }
        var channel = known ?? ChannelRecord(id: world.nextID(), kind: kind, guildID: guildID, name: name, position: position)
        if let topic = entry["topic"]?.string { channel.topic = topic }
        if let category = entry["category"]?.string {
            guard let parent = siblings.first(where: { $0.kind == .category && $0.name == category }) else {
                throw World.PlayError("There is no category \"\(category)\" before it.", field: "\(place).category")
            }
            channel.parentID = parent.id
        }
        channel.isNSFW = entry["nsfw"]?.bool ?? channel.isNSFW
        channel.slowmodeSeconds = entry["slowmode"]?.int.map { Int(min(max($0, 0), 21_600)) } ?? channel.slowmodeSeconds
        if entry["read_only"]?.bool == true { channel.overwrites = [.init(id: guildID, isMember: false, allow: [], deny: [.sendMessages])] }
        if entry["only_for"] != nil { channel.overwrites = try only(Self.list(entry, "only_for"), in: guildID, "\(place).only_for") }
        for tag in try Self.list(entry, "tags").compactMap(\.string) where !channel.tags.contains(where: { $0.name == tag }) {
            channel.tags.append(.init(id: world.nextID(), name: tag))
        }
        world.channels[channel.id] = channel
        if known == nil { world.guilds[guildID]?.channelIDs.append(channel.id) }
        world.events.append(known == nil ? .channelCreated(channel) : .channelUpdated(channel))
        note(channel.id, as: "\(guild)/\(name)")
        for (index, message) in try Self.list(entry, "messages").enumerated() {
            try say(message, "\(place).messages[\(index)]", in: channel)
        }
        for (index, post) in try Self.list(entry, "posts").enumerated() { try self.post(post, "\(place).posts[\(index)]", in: channel) }
    }

    /// Nobody sees it but those roles.
    private func only(_ roles: [JSON], in guildID: ID, _ place: String) throws(World.PlayError) -> [OverwriteRecord] {
        var overwrites = [OverwriteRecord(id: guildID, isMember: false, allow: [], deny: [.viewChannel])]
        for value in roles {
            guard let role = world.guilds[guildID]?.roles.first(where: { $0.name == value.string }) else {
                throw World.PlayError("There is no role \(value.text).", field: place)
            }
            overwrites.append(.init(id: role.id, isMember: false, allow: [.viewChannel], deny: []))
        }
        return overwrites
    }

    private mutating func say(_ entry: JSON, _ place: String, in channel: ChannelRecord) throws(World.PlayError) {
        try Self.check(entry, at: place, knows: ["by", "content", "reactions"])
        let author = try entry["by"].map { (value) throws(World.PlayError) in try user(value, "\(place).by") } ?? World.firstHuman
        var draft = MessageDraft()
        draft.content = try content(entry, place)
        do throws(DiscordError) {
            let message = try world.createMessage(draft, in: channel, by: author)
            for text in (entry["reactions"]?.array ?? []).compactMap(\.string) {
                guard let written = world.messages[message.id] else { continue }
                try world.react(to: written, with: World.emoji(text), by: author)
            }
        } catch { throw World.PlayError(World.PlayError(error).message, field: place) }
    }

    private mutating func post(_ entry: JSON, _ place: String, in channel: ChannelRecord) throws(World.PlayError) {
        try Self.check(entry, at: place, knows: ["by", "name", "content", "tags", "messages"])
        let author = try entry["by"].map { (value) throws(World.PlayError) in try user(value, "\(place).by") } ?? World.firstHuman
        var wish = World.ThreadWish()
        wish.name = try Self.name(entry, "name", place)
        wish.content = try content(entry, place)
        let names = try Self.list(entry, "tags").compactMap(\.string)
        wish.tagIDs = (world.channels[channel.id]?.tags ?? []).filter { names.contains($0.name) }.map(\.id)
        do throws(World.PlayError) {
            let thread = try world.openThread(wish, in: channel.id, as: author)
            for (index, message) in try Self.list(entry, "messages").enumerated() {
                try say(message, "\(place).messages[\(index)]", in: thread)
            }
        } catch { throw World.PlayError(error.message, field: error.field ?? place) }
    }

    private func content(_ entry: JSON, _ place: String) throws(World.PlayError) -> String {
        guard let content = entry["content"]?.string, (1...MessageForm.maximumContent).contains(content.utf16.count) else {
            throw World.PlayError("A content of 1 to 2,000 characters is needed.", field: place)
        }
        return content
    }
}
