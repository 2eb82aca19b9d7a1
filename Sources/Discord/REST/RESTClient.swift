import DiscordModels
import Logging
import Support

/// Speaks Discord's REST API v10: within its rate limits, with the retries that cannot do harm, in typed calls.
///
/// The calls are in `Resources/`, one file a resource. Every process has one client for a token, since limits are counted
/// in it; of several processes each keeps to its part, see ``share(among:)``. It knows nothing of what the calls are for.
/// Source: https://discord.com/developers/docs/reference
public struct RESTClient: Sendable {
    public struct Configuration: Sendable {
        /// Without a slash at the end.
        public var baseURL = "https://discord.com/api/v10"
        public var token: Secret
        /// As Discord demands: `DiscordBot (address, version)` and what else one wants to say.
        public var userAgent = RESTClient.userAgent(address: nil, version: "0")
        /// For an exchange; uploads get a second more for every 100 kB.
        public var timeout: Duration = .seconds(15)
        /// Bytes of an answer.
        public var responseLimit = 8 * 1_024 * 1_024
        /// How long a call waits for rate limits before it fails as `rateLimited`.
        public var patience: Duration = .seconds(300)
        /// Tries of a call that meets faults, the first included.
        public var attempts = 4
        public var backoff = Backoff(base: .milliseconds(500), cap: .seconds(8))

        public init(token: Secret, baseURL: String? = nil) {
            self.token = token
            if var baseURL {
                while baseURL.hasSuffix("/") { baseURL.removeLast() }
                self.baseURL = baseURL
            }
        }
    }

    public private(set) var configuration: Configuration
    let transport: any RESTTransport
    let clock: any WallClock
    let gate: RateLimitGate
    let randomness: @Sendable () -> UInt64
    let logger: Logger

    /// - Parameter randomness: 64 random bits: for the jitter of retries and the boundaries of uploads.
    public init(
        configuration: Configuration, transport: any RESTTransport, clock: any WallClock, logger: Logger,
        randomness: @escaping @Sendable () -> UInt64
    ) {
        self.configuration = configuration
        self.transport = transport
        self.clock = clock
        self.logger = logger
        self.randomness = randomness
        gate = RateLimitGate(configuration: RateLimiter.Configuration(), clock: clock)
    }

    /// What a process is to think of how many share the token until the others have counted it: it then takes two calls a second
    /// of Discord's fifty, which ``GlobalLimit`` leaves free.
    public static let newcomer = 24

    /// From now on as many processes, each with a client of its own, use the token.
    public func share(among processes: Int) { gate.share(among: processes) }

    /// What Discord demands of a client to say of itself.
    ///
    /// - Parameter address: where people find out about the bot; what cannot stand in a header is left out. Nil: a page that is nowhere.
    /// Source: https://discord.com/developers/docs/reference#user-agent
    public static func userAgent(address: String?, version: String) -> String {
        let address = (address ?? "").filter { $0.isASCII && !$0.isWhitespace && $0 != "(" && $0 != ")" && $0 != "," }
        return "DiscordBot (\(address.isEmpty ? "about:blank" : address), \(version)) Troupe"
    }

    /// The same client, limits and all, for calls that are not worth waiting for.
    func impatient(_ patience: Duration) -> RESTClient {
        var client = self
        client.configuration.patience = patience
        client.configuration.attempts = 1
        return client
    }

    /// A random number in 0…1.
    func jitter() -> Double { Double(randomness() >> 11) * 0x1p-53 }
}
