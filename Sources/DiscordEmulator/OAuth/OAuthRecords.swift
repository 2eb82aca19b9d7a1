import Support

/// A person's yes to an application, on its way: what the redirect carries. Good for one exchange.
struct OAuthCode: Sendable, Codable {
    static let lifetime: Duration = .seconds(600)

    let code: String
    let applicationID: ID
    let userID: ID
    let redirectURI: String
    let scopes: [String]
    /// Of PKCE, method S256.
    let challenge: String?
    let expiresAt: Timestamp
}

/// What an application may ask in a person's name, and until when.
struct OAuthToken: Sendable, Codable {
    static let lifetime: Duration = .seconds(604_800)

    let access: String
    /// Nil for a token that an application got for itself.
    let refresh: String?
    let applicationID: ID
    let userID: ID
    let scopes: [String]
    let expiresAt: Timestamp
}

/// Why the token endpoint said no, in the words of RFC 6749.
struct OAuthRefusal: Error, Sendable {
    let status: Int
    let error: String
    let description: String?

    init(_ status: Int, _ error: String, _ description: String? = nil) {
        self.status = status
        self.error = error
        self.description = description
    }

    var body: JSON {
        guard let description else { return ["error": .string(error)] }
        return ["error": .string(error), "error_description": .string(description)]
    }

    static let invalidClient = OAuthRefusal(401, "invalid_client")
    static let unsupportedGrant = OAuthRefusal(400, "unsupported_grant_type")
}
