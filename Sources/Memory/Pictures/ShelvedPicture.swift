import Storage
import Support

/// One painting on the shelf.
public struct ShelvedPicture: Sendable, Hashable {
    public var requestID: RequestID
    public var person: PersonKey
    public var guild: GuildKey
    public var prompt: String
    public var model: String
    /// How many pictures it has.
    public var count: Int
    /// A small encoded picture of at most 64 KB; empty where there is none.
    public var thumbnail: [UInt8]
    public var madeAt: Timestamp

    public init(
        requestID: RequestID, person: PersonKey, guild: GuildKey, prompt: String, model: String, count: Int, thumbnail: [UInt8],
        madeAt: Timestamp
    ) {
        self.requestID = requestID
        self.person = person
        self.guild = guild
        self.prompt = prompt
        self.model = model
        self.count = count
        self.thumbnail = thumbnail
        self.madeAt = madeAt
    }

    init(_ row: SQLRow) throws {
        try self.init(
            requestID: row.get("request_id"), person: row.get("person"), guild: row.get("guild"), prompt: row.get("prompt"),
            model: row.get("model"), count: row.get("count"), thumbnail: row.get("thumbnail"), madeAt: row.get("made_at"))
    }
}

/// Where a page of the shelf begins.
public enum ShelfEdge: Sendable, Hashable {
    case olderThan(RequestID)
    case newerThan(RequestID)
}

/// Some paintings of one person, newest first.
public struct ShelfPage: Sendable, Hashable {
    public var pictures: [ShelvedPicture]
    public var hasNewer: Bool
    public var hasOlder: Bool
}
