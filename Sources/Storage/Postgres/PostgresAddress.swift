import CPostgres
import Support

/// A PostgreSQL server and how to use it: `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require&pool=8`.
///
/// The form and all its parameters are libpq's own (several hosts, `sslmode`, `sslrootcert`, `target_session_attrs`, …), plus
/// three of ours: `pool` (connections, 1 to 200), `statement_timeout` and `idle_timeout` (seconds). What is not given comes from
/// libpq's usual places (`PGHOST`, `~/.pgpass`, …).
/// Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
public struct PostgresAddress: Sendable, Hashable, CustomStringConvertible {
    /// libpq's keywords, without the secret ones.
    let keywords: [String: String]
    let secrets: [String: Secret]
    /// Connections of this process at most.
    private(set) var pool = 8
    /// What one statement may take.
    private(set) var statementTimeout: Duration = .seconds(30)
    /// How long a connection that nobody uses is kept.
    private(set) var idleTimeout: Duration = .seconds(300)

    init(parsing text: String) throws(StorageError) {
        // libpq would take a password with a bare @ or / in it for a part of the host, and hosts are printed.
        let beforeAt = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)[0].drop { $0 != "/" }.dropFirst(2)
        let signs = text.count { $0 == "@" }
        guard signs == 0 || (signs == 1 && !beforeAt.contains { $0 == "/" || $0 == "?" }) else {
            throw Self.bad("holds a user or password with one of the characters @ / ?", "Write them as %40, %2F and %3F.")
        }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var (forLibpq, ours): ([Substring], [String: Double]) = ([], [:])
        for parameter in parts.dropFirst().joined().split(separator: "&") {
            let name = String(parameter.prefix { $0 != "=" })
            guard ["pool", "statement_timeout", "idle_timeout"].contains(name) else {
                forLibpq.append(parameter)
                continue
            }
            let most = name == "pool" ? 200.0 : 86_400
            guard let number = Double(parameter.dropFirst(name.count + 1)), number >= (name == "pool" ? 1 : 0.1), number <= most else {
                throw Self.bad("has no good number for \(name)", "Write \(name)= and a number up to \(Int(most)).")
            }
            ours[name] = number
        }
        (keywords, secrets) = try Self.readByLibpq(parts[0] + (forLibpq.isEmpty ? "" : "?" + forLibpq.joined(separator: "&")))
        guard (keywords["port"] ?? "").split(separator: ",").allSatisfy({ UInt16($0) != nil }) else {
            throw Self.bad("has a port that is no number", "Write postgres://USER:PASSWORD@HOST:PORT/DATABASE.")
        }
        if let number = ours["pool"] { pool = Int(number) }
        if let seconds = ours["statement_timeout"] { statementTimeout = .milliseconds(Int64(seconds * 1_000)) }
        if let seconds = ours["idle_timeout"] { idleTimeout = .milliseconds(Int64(seconds * 1_000)) }
    }

    private static func readByLibpq(_ address: String) throws(StorageError) -> ([String: String], [String: Secret]) {
        var problem: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(address, &problem) else {
            // libpq's words could repeat a password.
            PQfreemem(problem)
            throw bad(
                "is not one that libpq understands", "Write postgres://USER:PASSWORD@HOST:PORT/DATABASE; encode other characters as %XX.")
        }
        defer { PQconninfoFree(options) }
        var (keywords, secrets): ([String: String], [String: Secret]) = ([:], [:])
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val, value.pointee != 0 {
                let (name, value) = (String(cString: keyword), String(cString: value))
                if name.contains("password") { secrets[name] = Secret(value) } else { keywords[name] = value }
            }
            option += 1
        }
        return (keywords, secrets)
    }

    private static func bad(_ what: String, _ advice: String) -> StorageError {
        StorageError(.badLocation, place: nil, "the database address \(what)", advice: advice)
    }

    /// `postgres://user@host:port/database`: for people, without password and parameters.
    public var description: String {
        let user = keywords["user"].map { $0 + "@" } ?? ""
        let port = keywords["port"].map { ":" + $0 } ?? ""
        return "postgres://\(user)\(keywords["host"] ?? keywords["hostaddr"] ?? "")\(port)/\(keywords["dbname"] ?? "")"
    }

    /// libpq's keywords for each host alone, so that one that does not answer does not use up the time of the others.
    var hosts: [[(String, String)]] {
        let key = keywords["hostaddr"] != nil ? "hostaddr" : "host"
        let names = (keywords[key] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let ports = (keywords["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return (names.isEmpty ? [""] : names).enumerated().map { index, name in
            var one = keywords.merging(secrets.mapValues { $0.reveal() }) { $1 }
            one[key] = name.isEmpty ? nil : name
            if names.count > 1 { one[key == "host" ? "hostaddr" : "host"] = nil }
            if let port = ports.count == 1 ? ports[0] : ports.indices.contains(index) ? ports[index] : nil, !port.isEmpty {
                one["port"] = port
            }
            return one.map { ($0, $1) }
        }
    }
}
