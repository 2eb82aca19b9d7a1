/// Who asks the HTTP service, and what they may do there.
public struct APICaller: Sendable, Hashable {
    /// What a token may be good for.
    public enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
        case vouchersRead = "vouchers:read"
        case vouchersWrite = "vouchers:write"
        case balancesRead = "balances:read"
        case transfersWrite = "transfers:write"
    }

    /// The token's name, for logs and the audit.
    public var name: String
    public var scopes: Set<Scope>

    public init(name: String, scopes: Set<Scope>) {
        self.name = name
        self.scopes = scopes
    }
}

/// Knows the bearer tokens of the HTTP service. Kept by whoever keeps the operator's secrets.
public protocol APITokenStore: Sendable {
    /// - Parameter digest: SHA-256 of the token.
    /// - Returns: nil for a token that is unknown or revoked.
    func caller(withTokenDigest digest: [UInt8]) async throws -> APICaller?
}
