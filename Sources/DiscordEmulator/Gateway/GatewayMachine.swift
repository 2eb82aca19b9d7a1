import OrderedCollections
import Support

/// One gateway socket's protocol, without the socket: each frame of the bot gives what to do. Discord's close codes are the errors.
struct GatewayMachine: Sendable {
    struct Configuration: Sendable {
        var heartbeatInterval: Duration = .milliseconds(41_250)
        /// Payloads a bot may send in a minute.
        var sendsPerMinute = 120
        var maximumPayloadBytes = 4_096
    }

    enum Action: Sendable {
        case send(JSON)
        case identify(Identify)
        case resume(token: String, sessionID: String, sequence: Int)
        case members(JSON)
        case close(code: Int, reason: String)
    }

    struct Identify: Sendable {
        var token: String
        var intents: Intents
        var shard: Int
        var shardCount: Int
    }

    private enum Phase {
        case awaitingIdentify
        case identified
        case closed
    }

    let configuration: Configuration
    /// Of the API, as the address asked.
    private let version: Int
    private var phase = Phase.awaitingIdentify
    private var windowStart: Timestamp
    private var sends = 0
    /// When the bot must have beaten again, with some grace.
    private(set) var heartbeatDue: Timestamp

    init(_ configuration: Configuration, version: Int = 10, at now: Timestamp) {
        self.configuration = configuration
        self.version = version
        windowStart = now
        heartbeatDue = now + configuration.heartbeatInterval * 2
    }

    /// The first frame.
    var hello: JSON {
        ["t": .null, "s": .null, "op": 10, "d": ["heartbeat_interval": .int(configuration.heartbeatInterval.milliseconds), "_trace": []]]
    }

    mutating func received(_ bytes: [UInt8], at now: Timestamp) -> [Action] {
        guard phase != .closed else { return [] }
        guard bytes.count <= configuration.maximumPayloadBytes else { return close(4002, "Payload too large.") }
        if now - windowStart >= .seconds(60) {
            windowStart = now
            sends = 0
        }
        sends += 1
        if sends > configuration.sendsPerMinute { return close(4008, "Rate limited.") }
        guard let frame = try? JSONReader.read(bytes), let members = frame.object, let op = members["op"]?.int else {
            return close(4002, "Error while decoding payload.")
        }
        let data = members["d"] ?? .null
        switch op {
        case 1: return beat(data, now)
        case 2: return identify(data)
        case 6: return resume(data)
        case 3, 4, 31, 43: return phase == .identified ? [] : close(4003, "Not authenticated.")
        case 8: return phase == .identified ? [.members(data)] : close(4003, "Not authenticated.")
        default: return close(4001, "Unknown opcode.")
        }
    }

    /// After an identify or resume that was accepted.
    mutating func accepted() { phase = .identified }

    mutating func close(_ code: Int, _ reason: String) -> [Action] {
        phase = .closed
        return [.close(code: code, reason: reason)]
    }

    private mutating func beat(_ data: JSON, _ now: Timestamp) -> [Action] {
        guard data.isNull || data.int != nil else { return close(4002, "Error while decoding payload.") }
        heartbeatDue = now + configuration.heartbeatInterval * 2
        return [.send(["t": .null, "s": .null, "op": 11, "d": .null])]
    }

    private mutating func identify(_ data: JSON) -> [Action] {
        guard phase == .awaitingIdentify else { return close(4005, "Already authenticated.") }
        guard (9...10).contains(version) else { return close(4012, "Invalid API version.") }
        guard let token = data["token"]?.string, data["properties"]?.object != nil else {
            return close(4002, "Error while decoding payload.")
        }
        guard let bits = data["intents"]?.int, bits >= 0, Intents.known.isSuperset(of: Intents(rawValue: bits)) else {
            return close(4013, "Invalid intent(s).")
        }
        var shard = (0, 1)
        if let pair = data["shard"], !pair.isNull {
            guard let list = pair.array, list.count == 2, let index = list[0].int, let count = list[1].int, count > 0, count <= 16_384,
                (0..<count).contains(index)
            else { return close(4010, "Invalid shard.") }
            shard = (Int(index), Int(count))
        }
        return [.identify(Identify(token: Self.bare(token), intents: Intents(rawValue: bits), shard: shard.0, shardCount: shard.1))]
    }

    private mutating func resume(_ data: JSON) -> [Action] {
        guard phase == .awaitingIdentify else { return close(4005, "Already authenticated.") }
        guard let token = data["token"]?.string, let session = data["session_id"]?.string, let sequence = data["seq"]?.int else {
            return close(4002, "Error while decoding payload.")
        }
        return [.resume(token: Self.bare(token), sessionID: session, sequence: Int(sequence))]
    }

    /// The token without the word that REST puts before it.
    private static func bare(_ token: String) -> String { token.hasPrefix("Bot ") ? String(token.dropFirst(4)) : token }
}
