/// A message was edited, or Discord has added an embed to it; what did not change may be absent.
/// Source: https://discord.com/developers/docs/events/gateway-events#message-update
public struct MessageUpdate: Sendable, Hashable, Codable {
    public var id: MessageID
    public var channelID: ChannelID
    public var guildID: GuildID?
    public var author: User?
    public var content: String?
    /// ISO 8601; absent where only an embed came.
    public var editedTimestamp: String?

    public init(
        id: MessageID, channelID: ChannelID, guildID: GuildID? = nil, author: User? = nil, content: String? = nil,
        editedTimestamp: String? = nil
    ) {
        self.id = id
        self.channelID = channelID
        self.guildID = guildID
        self.author = author
        self.content = content
        self.editedTimestamp = editedTimestamp
    }

    enum CodingKeys: String, CodingKey {
        case id, author, content
        case channelID = "channel_id"
        case guildID = "guild_id"
        case editedTimestamp = "edited_timestamp"
    }
}

/// A message is gone. Source: https://discord.com/developers/docs/events/gateway-events#message-delete
public struct MessageDelete: Sendable, Hashable, Codable {
    public var id: MessageID
    public var channelID: ChannelID
    public var guildID: GuildID?

    public init(id: MessageID, channelID: ChannelID, guildID: GuildID? = nil) {
        self.id = id
        self.channelID = channelID
        self.guildID = guildID
    }

    enum CodingKeys: String, CodingKey {
        case id
        case channelID = "channel_id"
        case guildID = "guild_id"
    }
}

/// Many messages are gone at once. Source: https://discord.com/developers/docs/events/gateway-events#message-delete-bulk
public struct MessageDeleteBulk: Sendable, Hashable, Codable {
    public var ids: [MessageID]
    public var channelID: ChannelID
    public var guildID: GuildID?

    public init(ids: [MessageID], channelID: ChannelID, guildID: GuildID? = nil) {
        self.ids = ids
        self.channelID = channelID
        self.guildID = guildID
    }

    enum CodingKeys: String, CodingKey {
        case ids
        case channelID = "channel_id"
        case guildID = "guild_id"
    }
}
