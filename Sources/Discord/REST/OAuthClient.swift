public import DiscordModels
import Support

/// Who somebody is, by OAuth2's authorization-code flow with the scope `identify`: their token is used once and given back.
/// Source: https://discord.com/developers/docs/topics/oauth2#authorization-code-grant
public struct OAuthClient: Sendable {
    public struct Configuration: Sendable {
        public var clientID: ApplicationID
        public var clientSecret: Secret
        /// As `https://discord.com/api/v10`.
        public var baseURL: String

        public init(clientID: ApplicationID, clientSecret: Secret, baseURL: String) {
            self.clientID = clientID
            self.clientSecret = clientSecret
            self.baseURL = baseURL
        }
    }

    private static let longestAnswer = 64 << 10

    let configuration: Configuration
    let transport: any RESTTransport

    public init(_ configuration: Configuration, transport: any RESTTransport) {
        self.configuration = configuration
        self.transport = transport
    }

    /// The page on which a person says yes.
    public func authorizeURL(redirect: String, state: String) -> String {
        let site = configuration.baseURL.replacing(#/\/api(\/v[0-9]+)?$/#, with: "")
        return site + "/oauth2/authorize?"
            + Self.form([
                ("client_id", "\(configuration.clientID)"), ("response_type", "code"), ("redirect_uri", redirect), ("scope", "identify"),
                ("state", state),
            ])
    }

    /// The person whose code it is; nil for a code that is not good, or not any more.
    public func person(code: String, redirect: String) async throws -> User? {
        let granted = try await send(
            .post, "/oauth2/token",
            form: [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect)] + credentials)
        if granted.status == 400 { return nil }
        let token = try decode(Token.self, granted).access_token
        let answer = try await send(.get, "/users/@me", bearer: token)
        let user = try decode(User.self, answer)
        // Not needed any more; if Discord does not hear it, it expires by itself.
        _ = try? await send(.post, "/oauth2/token/revoke", form: [("token", token)] + credentials)
        return user
    }

    private struct Token: Decodable { let access_token: String }

    private var credentials: [(String, String)] {
        [("client_id", "\(configuration.clientID)"), ("client_secret", configuration.clientSecret.reveal())]
    }

    private func send(
        _ method: Route.Method, _ path: String, form: [(String, String)]? = nil, bearer: String? = nil
    ) async throws -> RESTResponse {
        var headers = [("accept", "application/json")]
        if form != nil { headers.append(("content-type", "application/x-www-form-urlencoded")) }
        if let bearer { headers.append(("authorization", "Bearer \(bearer)")) }
        return try await transport.send(
            RESTRequest(
                method: method, url: configuration.baseURL + path, headers: headers.map { (name: $0.0, value: $0.1) },
                body: form.map { Array(Self.form($0).utf8) }, timeout: .seconds(10), responseLimit: Self.longestAnswer))
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ response: RESTResponse) throws -> Value {
        guard response.status == 200 else { throw OAuthError(status: response.status) }
        return try JSONReader().decode(type, from: response.body)
    }

    static func form(_ fields: [(String, String)]) -> String {
        fields.map { name, value in
            let escaped = value.utf8.map { byte -> String in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(UnicodeScalar(byte))
                default: "%" + String(UInt16(byte) + 256, radix: 16, uppercase: true).dropFirst()
                }
            }
            return name + "=" + escaped.joined()
        }.joined(separator: "&")
    }
}

/// Discord did not answer a login as its documentation says.
public struct OAuthError: Error, Hashable, CustomStringConvertible {
    public let status: Int
    public var description: String { "Discord answered a login with status \(status); is the client's secret right?" }
}
