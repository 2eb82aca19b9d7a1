/// Where the gateway is, how many shards Discord recommends, and how often one may identify.
/// Source: https://discord.com/developers/docs/events/gateway#get-gateway-bot
public struct GatewayBotInfo: Sendable, Hashable, Codable {
    public var url: String
    public var shards: Int
    public var sessionStartLimit: SessionStartLimit

    public init(url: String, shards: Int, sessionStartLimit: SessionStartLimit) {
        self.url = url
        self.shards = shards
        self.sessionStartLimit = sessionStartLimit
    }

    enum CodingKeys: String, CodingKey {
        case url, shards
        case sessionStartLimit = "session_start_limit"
    }
}

/// The budget of identifies.
public struct SessionStartLimit: Sendable, Hashable, Codable {
    public var total: Int
    public var remaining: Int
    /// Milliseconds until ``remaining`` is ``total`` again.
    public var resetAfter: Int64
    /// Identifies allowed every five seconds.
    public var maxConcurrency: Int

    public init(total: Int, remaining: Int, resetAfter: Int64, maxConcurrency: Int) {
        self.total = total
        self.remaining = remaining
        self.resetAfter = resetAfter
        self.maxConcurrency = maxConcurrency
    }

    enum CodingKeys: String, CodingKey {
        case total, remaining
        case resetAfter = "reset_after"
        case maxConcurrency = "max_concurrency"
    }
}
