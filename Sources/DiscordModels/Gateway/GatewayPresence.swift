/// What a bot is seen doing. Source: https://discord.com/developers/docs/events/gateway-events#update-presence
public struct GatewayPresence: Sendable, Hashable, Codable {
    public struct Status: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let online = Self(rawValue: "online")
        public static let idle = Self(rawValue: "idle")
        public static let doNotDisturb = Self(rawValue: "dnd")
        public static let invisible = Self(rawValue: "invisible")
    }

    public struct Activity: Sendable, Hashable, Codable {
        public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
            public let rawValue: Int
            public init(rawValue: Int) { self.rawValue = rawValue }
            public static let playing = Self(rawValue: 0)
            public static let listening = Self(rawValue: 2)
            public static let watching = Self(rawValue: 3)
            /// Shows ``Activity/state`` alone.
            public static let custom = Self(rawValue: 4)
            public static let competing = Self(rawValue: 5)
        }

        public var kind: Kind
        public var name: String
        public var state: String?

        public init(kind: Kind, name: String, state: String? = nil) {
            self.kind = kind
            self.name = name
            self.state = state
        }

        enum CodingKeys: String, CodingKey {
            case name, state
            case kind = "type"
        }
    }

    /// Since when the bot is idle, milliseconds of the epoch.
    public var since: Int64?
    public var activities: [Activity]
    public var status: Status
    public var afk: Bool

    public init(status: Status = .online, activities: [Activity] = [], since: Int64? = nil, afk: Bool = false) {
        self.status = status
        self.activities = activities
        self.since = since
        self.afk = afk
    }

    /// Discord wants `since` even where it is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(since, forKey: .since)
        try container.encode(activities, forKey: .activities)
        try container.encode(status, forKey: .status)
        try container.encode(afk, forKey: .afk)
    }

    enum CodingKeys: String, CodingKey { case since, activities, status, afk }
}
