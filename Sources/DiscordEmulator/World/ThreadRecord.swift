import OrderedCollections
import Support

/// What a thread has beside what every channel has.
struct ThreadRecord: Sendable, Codable {
    struct Member: Sendable, Codable {
        let userID: ID
        let joinedAt: Timestamp
    }

    /// How long a thread may be quiet before it is archived, in minutes.
    static let archiveMinutes = [60, 1_440, 4_320, 10_080]

    let ownerID: ID
    let createdAt: Timestamp
    var members: OrderedDictionary<ID, Member> = [:]
    var isArchived = false
    var isLocked = false
    /// Of a private thread: whether its members may add others.
    var isInvitable = true
    var autoArchiveMinutes = 4_320
    /// When it was last archived or opened again.
    var archivedAt: Timestamp
    /// Without the message that it began with.
    var messageCount = 0
    /// The same, with those that were deleted since.
    var totalMessagesSent = 0
    /// Tags of its forum.
    var tagIDs: [ID] = []

    init(ownerID: ID, at now: Timestamp) {
        self.ownerID = ownerID
        createdAt = now
        archivedAt = now
    }

    /// When it is archived if nothing is written until then.
    func quietUntil(lastMessage: ID?) -> Timestamp {
        max(lastMessage?.moment ?? createdAt, archivedAt) + .seconds(60 * Int64(autoArchiveMinutes))
    }
}

/// What a checked request asks a thread to be.
struct ThreadDraft: Sendable {
    var name: String
    var archiveMinutes: Int?
    var slowmodeSeconds = 0
    var kind = ChannelRecord.Kind.privateThread
    var isInvitable = true
    var tagIDs: [ID] = []
}
