import Foundation

/// Where a model server is: scheme, host, port and perhaps a path below which its API lies.
///
/// Holds no password, so it may be printed; calls go nowhere but below it.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without a slash at the end.
    public let base: String

    /// Why a text is no address of a server, in words that say what to write.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// - Parameter text: as `http://127.0.0.1:8000` or `https://api.openai.com/v1`.
    public init(_ text: String) throws(Problem) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty
        else { throw Problem(description: "\"\(Self.withoutPassword(text))\" is no http or https address") }
        guard parts.user == nil, parts.password == nil else {
            throw Problem(description: "the address of \(host) must not hold a name or password; put them into key")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw Problem(description: "the address of \(host) must end before ? and #")
        }
        var base = text
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
    }

    private init(base: String) { self.base = base }

    /// This address, with a path where it has none: people write the host alone and mean its API.
    func below(_ path: String) -> ServerAddress {
        guard let rest = base.firstRange(of: "://"), !base[rest.upperBound...].contains("/") else { return self }
        return ServerAddress(base: base + path)
    }

    /// This address without an ending such as `/v1`.
    func without(_ path: String) -> ServerAddress {
        base.hasSuffix(path) ? ServerAddress(base: String(base.dropLast(path.count))) : self
    }

    /// The address of a path below, which begins with a slash.
    func url(_ path: String) -> String { base + (path.hasPrefix("/") ? path : "/" + path) }

    public var description: String { base }

    private static func withoutPassword(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return String(text.prefix(100)) }
        return "…" + text[at...].prefix(100)
    }
}
