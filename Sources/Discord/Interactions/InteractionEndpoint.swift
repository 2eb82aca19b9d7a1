import Crypto
import DiscordModels
import Support
import Synchronization

/// Interactions that Discord posts to an address of ours instead of sending them over the gateway.
///
/// Checks who sent it and when, refuses what it has seen before, and hands it to the same handler that the gateway's events go to.
/// The handler makes the first response by the callback route, as for the gateway, so that one path serves both; Discord is then told
/// `202`. Knows no HTTP server: bytes in, an answer out.
/// Source: https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint
public final class InteractionEndpoint: Sendable {
    public struct Configuration: Sendable {
        /// The application's public key, as the developer portal shows it: 64 hexadecimal digits.
        public var publicKey: String
        /// How old, or how far ahead of our clock, a request may be.
        public var tolerance: Duration = .seconds(300)
        /// Ids remembered, to refuse a request that is sent again.
        public var memory = 100_000

        public init(publicKey: String) { self.publicKey = publicKey }
    }

    /// The longest body read; interactions have a few kilobytes.
    public static let maximumBytes = 4 << 20
    /// Of the year 9999.
    private static let lastSecond: Int64 = 253_402_300_799

    /// What to say to whoever posted: an HTTP status, and JSON where there is something to say.
    public struct Answer: Sendable, Hashable {
        public var status: Int
        public var body: [UInt8]

        static let pong = Answer(status: 200, body: Array(#"{"type":1}"#.utf8))
        static let accepted = Answer(status: 202, body: [])

        static func refused(_ status: Int, _ why: String) -> Answer { Answer(status: status, body: Array(#"{"message":"\#(why)"}"#.utf8)) }
    }

    private let key: Curve25519.Signing.PublicKey
    private let configuration: Configuration
    private let clock: any WallClock
    private let seen: Mutex<RecentIDs<InteractionID>>
    private let handler: @Sendable (Interaction, Timestamp) async throws -> Void

    /// - Parameter handler: called once for each interaction; when it returns, what it asked for is durable or answered.
    /// - Throws: ``BadKey`` for what is no public key.
    public init(
        _ configuration: Configuration, clock: any WallClock, handler: @escaping @Sendable (Interaction, Timestamp) async throws -> Void
    ) throws(BadKey) {
        guard let bytes = Self.bytes(hex: configuration.publicKey), bytes.count == 32,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { throw BadKey() }
        self.key = key
        self.configuration = configuration
        self.clock = clock
        self.handler = handler
        seen = Mutex(RecentIDs(capacity: configuration.memory))
    }

    /// What was given is no Ed25519 public key in hexadecimal.
    public struct BadKey: UserFacingError, Hashable {
        public let userMessage =
            "The public key must be 64 hexadecimal digits; copy it from the application's page in the developer portal."
    }

    /// - Parameters:
    ///   - signature: the header `X-Signature-Ed25519`.
    ///   - timestamp: the header `X-Signature-Timestamp`: seconds since 1970.
    ///   - body: the bytes as they came.
    public func receive(signature: String?, timestamp: String?, body: [UInt8]) async -> Answer {
        let now = clock.now()
        guard let signature = signature.flatMap(Self.bytes(hex:)), signature.count == 64, let timestamp,
            key.isValidSignature(signature, for: Array(timestamp.utf8) + body)
        else { return .refused(401, "invalid request signature") }
        guard let seconds = Int64(timestamp), (0...Self.lastSecond).contains(seconds),
            abs(seconds * 1_000 - now.millisecondsSinceEpoch) <= configuration.tolerance.components.seconds * 1_000
        else { return .refused(401, "the request is too old, or this machine's clock is wrong") }
        let interaction: Interaction
        do {
            interaction = try JSONReader().decode(Interaction.self, from: body)
        } catch {
            return .refused(400, "no interaction: \(GatewayEvent.place(of: error))")
        }
        if interaction.kind == .ping { return .pong }
        // The body is signed, so whoever sends it again can only send it as it was: it has been handled.
        guard seen.withLock({ $0.insert(interaction.id) }) else { return .accepted }
        do {
            try await handler(interaction, now)
            return .accepted
        } catch {
            return .refused(503, "not handled")
        }
    }

    private static func bytes(hex text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0, digits.count <= 256 else { return nil }
        var bytes: [UInt8] = []
        for at in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[at]), let low = value(digits[at + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
