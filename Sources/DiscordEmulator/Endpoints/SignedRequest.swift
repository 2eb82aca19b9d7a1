import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import Support

/// A request to an application's interactions endpoint, signed as Discord signs: Ed25519 over timestamp and body.
struct SignedRequest: Sendable {
    /// How the endpoint is to be tried.
    enum Probe: String, Sendable {
        /// As it should be: the endpoint answers `{"type": 1}`.
        case ping
        /// With a signature that is not ours: the endpoint answers 401.
        case invalid
        /// Rightly signed, but ten minutes ago.
        case stale
    }

    struct Answer: Sendable {
        let status: Int
        let contentType: String
        let bytes: [UInt8]
    }

    static let maximumAnswer = MessageForm.maximumRequestBytes + (1 << 20)

    let url: String
    let body: [UInt8]
    let timestamp: String
    let signature: String

    /// - Parameter seed: the 32 bytes of the application's private key.
    init(to url: String, _ body: JSON, seed: [UInt8], at now: Timestamp) throws {
        self.url = url
        self.body = body.bytes
        timestamp = String(now.millisecondsSinceEpoch / 1_000)
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        signature = try key.signature(for: Array(timestamp.utf8) + self.body).map(Self.hex).joined()
    }

    private init(url: String, body: [UInt8], timestamp: String, signature: String) {
        self.url = url
        self.body = body
        self.timestamp = timestamp
        self.signature = signature
    }

    /// The same with another signature.
    var forged: SignedRequest {
        SignedRequest(url: url, body: body, timestamp: timestamp, signature: String(signature.reversed()))
    }

    func send(timeout: Duration = .seconds(3)) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/json", "User-Agent": "Discord-Interactions/1.0 (+https://discord.com)",
            "X-Signature-Ed25519": signature, "X-Signature-Timestamp": timestamp,
        ]
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .milliseconds(timeout.milliseconds))
        let content = try await response.body.collect(upTo: Self.maximumAnswer)
        return Answer(
            status: Int(response.status.code), contentType: response.headers.first(name: "Content-Type") ?? "",
            bytes: Array(content.readableBytesView))
    }

    /// The public half of a private key, in hex, as applications are configured with it.
    static func verifyKey(seed: [UInt8]) -> String {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return String(repeating: "0", count: 64) }
        return key.publicKey.rawRepresentation.map(Self.hex).joined()
    }

    /// Where an endpoint may be: https, or anything on this machine.
    static func accepts(_ url: String) -> Bool {
        guard let parts = URL(string: url), let host = parts.host() else { return false }
        return parts.scheme == "https" || parts.scheme == "http" && ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host)
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
