import Console
import Storage
import Support

/// The tokens of the HTTP service: their hashes only, with a name and what they are good for.
extension AppTables: APITokenStore {
    /// A token as it is listed.
    struct Token: Sendable, Hashable, Codable {
        var name: String
        var scopes: [String]
        var revoked: Bool
    }

    static let tokens = Schema.Migration(
        2, "tokens of the HTTP service",
        [
            """
            CREATE TABLE api_tokens (
                name {text} NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 60),
                digest {bytes} NOT NULL UNIQUE, scopes {text} NOT NULL,
                created_at {integer} NOT NULL, revoked_at {integer}
            ){strict}
            """
        ])

    func caller(withTokenDigest digest: [UInt8]) async throws -> APICaller? {
        let row = try await database.read { tx in
            try tx.row("SELECT name, scopes FROM api_tokens WHERE digest = ? AND revoked_at IS NULL", digest)
        }
        guard let row else { return nil }
        let scopes = try row.get("scopes", as: String.self).split(separator: " ")
        return APICaller(name: try row.get("name"), scopes: Set(scopes.compactMap { APICaller.Scope(rawValue: String($0)) }))
    }

    /// - Returns: false if there is a token of that name.
    func addToken(named name: String, digest: [UInt8], scopes: Set<APICaller.Scope>, at now: Timestamp) async throws -> Bool {
        let words = scopes.map(\.rawValue).sorted().joined(separator: " ")
        return try await database.write { tx in
            try tx.execute(
                "INSERT INTO api_tokens (name, digest, scopes, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING", name, digest,
                words, now) == 1
        }
    }

    /// - Returns: false if there is no such token, or it was revoked before.
    func revokeToken(named name: String, at now: Timestamp) async throws -> Bool {
        try await database.write { tx in
            try tx.execute("UPDATE api_tokens SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL", now, name) == 1
        }
    }

    func tokens() async throws -> [Token] {
        try await database.read { tx in
            try tx.rows("SELECT name, scopes, revoked_at FROM api_tokens ORDER BY created_at, name").map { row in
                Token(
                    name: try row.get("name"), scopes: try row.get("scopes", as: String.self).split(separator: " ").map(String.init),
                    revoked: try row.get("revoked_at", as: Timestamp?.self) != nil)
            }
        }
    }

    /// Whether the database answers.
    func ping() async throws { _ = try await database.read { tx in try tx.row("SELECT 1 AS one") } }
}
