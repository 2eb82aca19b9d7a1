public import Support

/// What an emulator is started with. Every field has a default with which it runs.
public struct EmulatorConfiguration: Sendable {
    /// Where it listens. Only loopback unless you say otherwise.
    public var host = "127.0.0.1"
    /// 0 takes any free port.
    public var port = 0
    /// Other names under which it may be addressed, beside loopback's.
    public var allowedHosts: [String] = []
    /// The one bot token that is accepted; nil accepts any.
    public var token: Secret?
    /// From which interaction tokens, session ids and CDN signatures are made.
    public var seed: UInt64 = 0
    public var enforcesRateLimits = true
    /// Requests that a bot may make in a second, over all routes.
    public var globalRequestsPerSecond = 50
    /// Answers 401, 403 and 429 in ten minutes before the address is banned.
    public var invalidRequestLimit = 10_000
    /// Gateway: how often bots are asked to beat.
    public var heartbeatInterval: Duration = .milliseconds(41_250)
    /// Gateway: how long a session whose socket is gone waits for a resume.
    public var sessionLifetime: Duration = .seconds(180)
    /// Gateway: shards that may identify at a time.
    public var maxConcurrency = 1
    /// Gateway: whether a second identify of a bucket within 5 s gets op 9. Off, so that tests can start bots one after the other.
    public var enforcesIdentifyPause = false
    /// Gateway: identifies in a day; one more ends all sessions with 4004.
    public var identifiesPerDay = 1_000
    /// Gateway: how many shards `GET /gateway/bot` recommends at the least.
    public var shards = 1
    /// Gateway: guilds that one shard may have; more close with 4011.
    public var guildsPerShard = 2_500
    /// Privileged intents (bits) which are not switched on: asking for them closes with 4014.
    public var disallowedIntents: Int64 = 0
    /// Where users of applications may be sent after they authorized them (OAuth2); more by the control API.
    public var redirectURIs: [String] = []
    /// Messages kept in each channel.
    public var messagesPerChannel = 2_000
    /// All attachments together, in bytes.
    public var attachmentBytes = 256 << 20
    /// Where the world is kept between runs. Taken up at the start if it is there.
    public var stateFile: String?
    /// People, guilds, roles, channels and messages to begin with, in YAML or JSON; not used where a state was taken up.
    public var population: String?
    /// Faults that come one after the other, in YAML or JSON.
    public var scenario: String?
    /// Awaited before a REST request is done and after it was done, before its answer is sent. A test can end the bot's process here.
    public var onExchange: (@Sendable (EmulatorExchange) async -> Void)?

    public init() {}
}

/// A REST request as ``EmulatorConfiguration/onExchange`` sees it.
public struct EmulatorExchange: Sendable {
    public enum Phase: Sendable {
        /// Received, nothing done.
        case before
        /// Done, the answer not yet sent.
        case after(status: Int)
    }

    public let phase: Phase
    /// Counts from 1 over all REST requests.
    public let number: Int
    public let method: String
    /// As in `/channels/{channel_id}/messages`; empty if there is no such route.
    public let route: String
    public let path: String
}
