import OrderedCollections

/// Checks requests that make or change a channel of a guild.
enum ChannelForm {
    static func check(_ body: JSON, new id: ID, in guild: GuildRecord, _ world: inout World) throws(DiscordError) -> ChannelRecord {
        let mistakes = FormReader.Mistakes()
        let form = FormReader(body, mistakes: mistakes)
        let kind = ChannelRecord.Kind(rawValue: form.choice("type", of: [0, 2, 4, 5, 15]) ?? 0) ?? .text
        var channel = ChannelRecord(id: id, kind: kind, guildID: guild.id, name: "")
        channel.name = form.string("name", required: true, 1...100) ?? ""
        channel.position = guild.channelIDs.count
        read(form, into: &channel, in: guild, &world)
        try mistakes.throwIfAny()
        return channel
    }

    static func check(_ body: JSON, changing channel: ChannelRecord, in world: inout World) throws(DiscordError) -> ChannelRecord {
        let mistakes = FormReader.Mistakes()
        let form = FormReader(body, mistakes: mistakes)
        var channel = channel
        if let name = form.string("name", 1...100) { channel.name = name }
        if let guild = channel.guildID.flatMap({ world.guilds[$0] }) { read(form, into: &channel, in: guild, &world) }
        try mistakes.throwIfAny()
        return channel
    }

    private static func read(_ form: FormReader, into channel: inout ChannelRecord, in guild: GuildRecord, _ world: inout World) {
        if form.has("topic") { channel.topic = form.string("topic", 0...(channel.kind == .forum ? 4_096 : 1_024)) }
        if let position = form.int("position", 0...Int(Int32.max)) { channel.position = position }
        if let seconds = form.int("rate_limit_per_user", 0...21_600) { channel.slowmodeSeconds = seconds }
        if let isNSFW = form.bool("nsfw") { channel.isNSFW = isNSFW }
        if let minutes = form.choice("default_auto_archive_duration", of: ThreadRecord.archiveMinutes) {
            channel.defaultArchiveMinutes = minutes
        }
        if let flags = form.int("flags", 0...Int(Int32.max)), channel.kind == .forum { channel.flags = flags & 1 << 4 }
        if form.has("parent_id") {
            let parent = form.id("parent_id")
            if let parent, world.channels[parent]?.kind != .category || world.channels[parent]?.guildID != guild.id {
                form.fail("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")
            }
            channel.parentID = parent
        }
        if let overwrites = form.forms("permission_overwrites", 0...100) { channel.overwrites = overwrites.compactMap(overwrite) }
        guard channel.kind == .forum, let tags = form.forms("available_tags", 0...20) else { return }
        channel.tags = tags.map { tag in
            let known = tag.id("id").flatMap { id in channel.tags.first { $0.id == id } }
            var made = ChannelRecord.Tag(id: known?.id ?? world.nextID(), name: tag.string("name", required: true, 0...50) ?? "")
            made.isModerated = tag.bool("moderated") ?? false
            made.emojiID = tag.id("emoji_id")
            made.emojiName = tag.string("emoji_name", 0...100)
            return made
        }
    }

    static func overwrite(_ form: FormReader) -> OverwriteRecord? {
        guard let id = form.id("id", required: true) else { return nil }
        return OverwriteRecord(
            id: id, isMember: form.choice("type", of: [0, 1]) == 1, allow: permissions("allow", form), deny: permissions("deny", form))
    }

    /// Bits, which are digits in a string.
    static func permissions(_ key: String, _ form: FormReader) -> Permissions {
        guard let text = form.string(key) else { return [] }
        if let bits = UInt64(text) { return Permissions(rawValue: bits) }
        form.fail(key, "NUMBER_TYPE_COERCE", "Value \"\(text.prefix(80))\" is not int.")
        return []
    }
}
