/// What opens a session. Source: https://discord.com/developers/docs/events/gateway-events#identify
public struct Identify: Sendable, Hashable, Codable {
    public struct Properties: Sendable, Hashable, Codable {
        public var os: String
        public var browser: String
        public var device: String
        public init(os: String, browser: String, device: String) {
            self.os = os
            self.browser = browser
            self.device = device
        }
    }

    public var token: String
    public var intents: GatewayIntents
    public var properties: Properties
    /// `[shard id, shard count]`.
    public var shard: [Int]?
    public var largeThreshold: Int?
    public var presence: GatewayPresence?

    public init(
        token: String, intents: GatewayIntents, properties: Properties, shard: [Int]? = nil, largeThreshold: Int? = nil,
        presence: GatewayPresence? = nil
    ) {
        self.token = token
        self.intents = intents
        self.properties = properties
        self.shard = shard
        self.largeThreshold = largeThreshold
        self.presence = presence
    }

    enum CodingKeys: String, CodingKey {
        case token, intents, properties, shard, presence
        case largeThreshold = "large_threshold"
    }
}

/// What takes a session up again. Source: https://discord.com/developers/docs/events/gateway-events#resume
public struct Resume: Sendable, Hashable, Codable {
    public var token: String
    public var sessionID: String
    public var sequence: Int

    public init(token: String, sessionID: String, sequence: Int) {
        self.token = token
        self.sessionID = sessionID
        self.sequence = sequence
    }

    enum CodingKeys: String, CodingKey {
        case token
        case sessionID = "session_id"
        case sequence = "seq"
    }
}

/// The gateway's first word. Source: https://discord.com/developers/docs/events/gateway-events#hello
public struct Hello: Sendable, Hashable, Codable {
    /// Milliseconds.
    public var heartbeatInterval: Int64

    public init(heartbeatInterval: Int64) { self.heartbeatInterval = heartbeatInterval }

    enum CodingKeys: String, CodingKey { case heartbeatInterval = "heartbeat_interval" }
}

/// A new session is open. Source: https://discord.com/developers/docs/events/gateway-events#ready
public struct Ready: Sendable, Hashable, Codable {
    public struct PartialApplication: Sendable, Hashable, Codable {
        public var id: ApplicationID
        public init(id: ApplicationID) { self.id = id }
    }

    public var user: User
    public var guilds: [UnavailableGuild]
    public var sessionID: String
    public var resumeGatewayURL: String
    public var shard: [Int]?
    public var application: PartialApplication

    enum CodingKeys: String, CodingKey {
        case user, guilds, shard, application
        case sessionID = "session_id"
        case resumeGatewayURL = "resume_gateway_url"
    }
}
