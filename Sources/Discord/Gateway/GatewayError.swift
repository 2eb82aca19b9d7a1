/// Why a gateway cannot be served: a closed code for the program, a detail for the log, a sentence that says what to do.
///
/// Only what a person must mend ends a ``Shard``; everything else is met with a new connection.
public struct GatewayError: Error, Hashable, Sendable {
    public enum Code: Sendable, Hashable {
        /// The token is not one that Discord knows (close code 4004).
        case wrongToken
        /// This shard's id or count is impossible (4010).
        case invalidShard
        /// The bot is in too many guilds for this number of shards (4011).
        case shardingRequired
        /// Discord no longer speaks this version of the gateway (4012).
        case invalidVersion
        /// The intents make no valid number (4013).
        case invalidIntents
        /// An intent was asked for which the application has not been granted (4014).
        case disallowedIntents
        /// Not an address of a gateway.
        case badAddress
        /// The server answered the upgrade with plain HTTP.
        case upgradeRefused
        /// The server sent what no gateway sends.
        case malformedFrame
        /// A payload of ours is over the gateway's 4096 bytes.
        case payloadTooLarge
        /// Too many commands wait to be sent.
        case tooManyCommands
    }

    public let code: Code
    /// What exactly, for the log; never holds the token.
    public let detail: String

    public init(_ code: Code, detail: String = "") {
        self.code = code
        self.detail = detail
    }

    /// Whether trying again can never help, so that the process should end and say why.
    public var isFatal: Bool {
        switch code {
        case .wrongToken, .invalidShard, .shardingRequired, .invalidVersion, .invalidIntents, .disallowedIntents: true
        case .badAddress, .upgradeRefused, .malformedFrame, .payloadTooLarge, .tooManyCommands: false
        }
    }

    /// What the operator can do about it.
    public var advice: String {
        switch code {
        case .wrongToken:
            """
            Discord does not know this bot token. Open https://discord.com/developers/applications, choose the application, then \
            Bot → Reset Token, and put the new token into DISCORD_TOKEN (without quotes, without the word "Bot").
            """
        case .invalidShard: "The shard's id must lie in 0 ..< shard count. Let Discord choose the number of shards."
        case .shardingRequired: "The bot is in more guilds than this number of shards may serve. Let Discord choose the number of shards."
        case .invalidVersion: "Discord no longer speaks version 10 of the gateway. Install a newer release."
        case .invalidIntents: "The configured gateway intents are no valid combination. Remove those that Discord does not document."
        case .disallowedIntents:
            """
            The application may not use a privileged intent that was asked for. Open https://discord.com/developers/applications, choose \
            the application, then Bot → Privileged Gateway Intents, and switch on what the bot needs (Message Content for chat without \
            a mention), or switch that feature off.
            """
        case .badAddress: "A gateway's address looks like wss://gateway.discord.gg or ws://127.0.0.1:8080/gateway."
        case .upgradeRefused: "The address answers, but not as a gateway. Check the API's base address and any proxy between."
        case .malformedFrame: "The gateway sent something unreadable; the shard reconnects by itself."
        case .payloadTooLarge: "The gateway accepts at most 4096 bytes in one payload. Shorten it."
        case .tooManyCommands: "The gateway accepts 120 payloads a minute. Send fewer."
        }
    }
}

extension GatewayError: CustomStringConvertible {
    public var description: String {
        let what =
            switch code {
            case .wrongToken: "wrong token (gateway close code 4004)"
            case .invalidShard: "invalid shard (gateway close code 4010)"
            case .shardingRequired: "sharding required (gateway close code 4011)"
            case .invalidVersion: "invalid API version (gateway close code 4012)"
            case .invalidIntents: "invalid intents (gateway close code 4013)"
            case .disallowedIntents: "disallowed intents (gateway close code 4014)"
            case .badAddress: "not a gateway's address"
            case .upgradeRefused: "no WebSocket at this address"
            case .malformedFrame: "unreadable frame"
            case .payloadTooLarge: "payload too large"
            case .tooManyCommands: "too many commands"
            }
        return detail.isEmpty ? "\(what). \(advice)" : "\(what): \(detail). \(advice)"
    }
}
