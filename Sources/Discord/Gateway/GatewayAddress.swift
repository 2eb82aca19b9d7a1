import Foundation

/// Where a gateway listens: the `url` of `GET /gateway/bot`, or the `resume_gateway_url` of READY.
///
/// Knows how an address is written and what the upgrade request asks for; opens nothing.
public struct GatewayAddress: Sendable, Hashable {
    /// How the gateway packs what it sends.
    public enum Compression: String, Sendable, Hashable {
        /// Plain text frames.
        case none
        /// One zlib context for the life of a connection, flushed after each payload.
        case zlibStream = "zlib-stream"
        /// One Zstandard frame for the life of a connection, a payload a message.
        case zstdStream = "zstd-stream"
    }

    public let isSecure: Bool
    public let host: String
    public let port: Int
    /// The path and, where the address had one, the query.
    public let target: String

    /// - Parameter text: `wss://host[:port][/path]`; `ws://` for a gateway on this machine.
    public init(_ text: String) throws(GatewayError) {
        guard let components = URLComponents(string: text), let scheme = components.scheme?.lowercased(), scheme == "ws" || scheme == "wss",
            var host = components.host, !host.isEmpty, (components.port ?? 1) > 0, (components.port ?? 1) <= 65_535
        else { throw GatewayError(.badAddress, detail: String(text.prefix(200))) }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        self.host = host
        isSecure = scheme == "wss"
        port = components.port ?? (isSecure ? 443 : 80)
        let path = components.percentEncodedPath
        target = (path.isEmpty ? "/" : path) + (components.percentEncodedQuery.map { "?\($0)" } ?? "")
    }

    /// The request target of the upgrade: API version 10, JSON, and the compression asked for.
    func upgradeTarget(_ compression: Compression) -> String {
        var target = self.target + (self.target.contains("?") ? "&" : "?") + "v=10&encoding=json"
        if compression != .none { target += "&compress=\(compression.rawValue)" }
        return target
    }

    /// Whether the host is an IP address, which TLS does not name in its greeting.
    var isNumeric: Bool { host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." } }

    /// The value of the `Host` header: the port only where it is not the scheme's own.
    var hostHeader: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }
}

extension GatewayAddress: CustomStringConvertible {
    public var description: String { "\(isSecure ? "wss" : "ws")://\(hostHeader)\(target)" }
}
