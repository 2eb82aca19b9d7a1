import Foundation
import Support

/// A Redis server and how to use it: `redis://USER:PASSWORD@HOST:PORT/NUMBER`, with TLS `rediss://…`, on a socket
/// `redis+unix:///PATH`. `?prefix=NAME` keeps several Troupes on one server apart; `?ca=FILE` names the certificates, in PEM,
/// that a TLS server's is checked against, where the system's do not know it.
///
/// With `?sentinel=NAME` host and port are a sentinel's, which is asked for the server of that name, and `&sentinels=HOST:PORT,…`
/// are others like it; user and password are the server's.
/// Source: https://www.iana.org/assignments/uri-schemes/prov/redis
public struct RedisAddress: Sendable, Hashable, CustomStringConvertible {
    var host: String
    var port: Int
    /// What sentinels call the server; nil: host and port are its own.
    let sentinelName: String?
    /// Other sentinels.
    let otherSentinels: [Place]
    /// Instead of host and port.
    let socketPath: String?
    let usesTLS: Bool
    let user: String?
    let password: Secret?
    let database: Int
    /// A file.
    let certificates: String?
    /// Begins the name of every key and channel.
    let prefix: String

    public init(parsing text: String) throws(RedisError) {
        func bad(_ what: String, _ advice: String) -> RedisError { RedisError(.badAddress, "the address of the queue \(what). \(advice)") }
        let form = "Write redis://USER:PASSWORD@HOST:PORT, encoding other characters as %XX."
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["redis", "rediss", "redis+unix"].contains(scheme) else {
            throw bad("begins neither with redis:// nor with rediss://", form)
        }
        usesTLS = scheme == "rediss"
        socketPath = scheme == "redis+unix" ? parts.path : nil
        host = parts.host.flatMap { $0.isEmpty ? nil : $0 } ?? "127.0.0.1"
        port = parts.port ?? 6379
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.map { Secret($0) }
        let name = socketPath == nil ? parts.path.drop { $0 == "/" } : ""
        guard name.isEmpty || Int(name).map({ (0...9_999).contains($0) }) == true else {
            throw bad("names no database by its number", form)
        }
        database = Int(name) ?? 0
        prefix = parts.queryItems?.first { $0.name == "prefix" }?.value ?? "troupe"
        certificates = parts.queryItems?.first { $0.name == "ca" }?.value
        sentinelName = parts.queryItems?.first { $0.name == "sentinel" }?.value
        let others = parts.queryItems?.first { $0.name == "sentinels" }?.value?.split(separator: ",") ?? []
        otherSentinels = others.compactMap { Place(String($0)) }
        guard otherSentinels.count == others.count, others.isEmpty || sentinelName != nil, sentinelName?.isEmpty != true else {
            throw bad("does not say which sentinels to ask for what", "Write ?sentinel=NAME&sentinels=HOST:PORT,HOST:PORT.")
        }
        let strangers = Set((parts.queryItems ?? []).map(\.name)).subtracting(["prefix", "ca", "sentinel", "sentinels"])
        guard strangers.isEmpty else {
            throw bad(
                "has a parameter \(strangers.sorted()[0]) that is not known",
                "There are prefix=NAME, ca=FILE, sentinel=NAME and sentinels=….")
        }
        guard certificates == nil || usesTLS else { throw bad("names certificates but speaks no TLS", "Write rediss://.") }
        guard (1...40).contains(prefix.utf8.count), prefix.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
            throw bad("has a prefix that is no name", "Use letters, digits and dashes.")
        }
    }

    /// Where something listens.
    struct Place: Sendable, Hashable {
        let host: String
        let port: Int

        init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Reads `HOST:PORT`.
        init?(_ text: String) {
            let parts = text.split(separator: ":")
            guard parts.count == 2, let port = Int(parts[1]), (1...65_535).contains(port) else { return nil }
            self.init(host: String(parts[0]), port: port)
        }
    }

    /// Whom to ask where the server is; empty where that is known.
    var sentinels: [Place] { sentinelName == nil ? [] : [Place(host: host, port: port)] + otherSentinels }

    /// For people, without password.
    public var description: String {
        if let socketPath { return "redis+unix://\(socketPath)" }
        return "\(usesTLS ? "rediss" : "redis")://\(user.map { $0 + "@" } ?? "")\(host):\(port)/\(database)"
            + (sentinelName.map { "?sentinel=\($0)" } ?? "")
    }

    /// The braces keep all keys on one node of a cluster.
    var keyPrefix: String { "{\(prefix)}:" }
}

/// What went wrong between Troupe and Redis. Never holds what was sent.
public struct RedisError: Error, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable {
        case badAddress = "bad-address"
        /// It cannot be reached, or went away and did not come back in time.
        case serverAway = "server-away"
        case accessDenied = "access-denied"
        /// It has no memory left for more; nothing was written.
        case full
        case tooOld = "too-old"
        case refused
        case unexpectedReply = "unexpected-reply"
    }

    public let code: Code
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What the server said.
    init(reply: String) {
        let word = reply.prefix { $0 != " " }
        switch word {
        case "OOM": self.init(.full, "Redis has no memory left (maxmemory): give it more, or let the cleaner keep less")
        case "NOAUTH", "WRONGPASS", "NOPERM": self.init(.accessDenied, "Redis refuses this user, password or command: \(reply.prefix(120))")
        case "LATE": self.init(.serverAway, "Redis was reached too late")
        case "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN": self.init(.serverAway, "Redis is not ready: \(word)")
        default: self.init(.refused, "Redis refused: \(reply.prefix(200))")
        }
    }

    public var description: String { "queue (\(code.rawValue)): \(message)" }
}
