import Crypto
import Foundation
import OrderedCollections
import Support

/// The authorization-code flow: a person says yes, the application exchanges the code for tokens, refreshes and revokes them.
extension World {
    static let oauthScopes: Set<String> = [
        "identify", "email", "guilds", "guilds.members.read", "guilds.join", "connections", "openid", "bot", "applications.commands",
        "applications.entitlements", "applications.commands.update", "role_connections.write", "webhook.incoming",
    ]
    static let oauthEntries = 10_000

    /// A request to authorize, as the query of the authorize page holds it.
    struct OAuthRequest: Sendable {
        var applicationID: ID
        var redirectURI: String
        var scopes: [String]
        var state: String?
        var challenge: String?

        /// Where the person is sent back to.
        func redirect(adding pairs: [(String, String)]) -> String {
            let all = pairs + (state.map { [("state", $0)] } ?? [])
            let query = all.map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
            return redirectURI + (redirectURI.contains("?") ? "&" : "?") + query
        }

        private static func escaped(_ text: String) -> String {
            text.utf8.map { byte -> String in
                let isPlain =
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~".utf8.contains(byte)
                return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }.joined()
        }
    }

    /// Reads and checks what an authorize page was asked. A mistake is shown to the person, not sent to the redirect.
    func oauthRequest(_ query: [String: String]) throws(PlayError) -> OAuthRequest {
        guard let id = query["client_id"].flatMap({ ID($0) }), let application = applications[id] else {
            throw PlayError("Unknown application: there is none with this client_id.", field: "client_id", status: 400)
        }
        guard query["response_type"] == "code" else {
            throw PlayError("The response_type must be code.", field: "response_type", status: 400)
        }
        guard let uri = query["redirect_uri"], application.redirectURIs.contains(uri) else {
            throw PlayError(
                "Invalid OAuth2 redirect_uri: \(query["redirect_uri"] ?? "none was given") is not registered for \(application.name). "
                    + "Register it with PATCH /_emulator/applications/\(id).", field: "redirect_uri", status: 400)
        }
        let scopes = (query["scope"] ?? "").split(separator: " ").map(String.init)
        guard !scopes.isEmpty, scopes.allSatisfy(Self.oauthScopes.contains) else {
            throw PlayError("The requested scope is invalid, unknown, or malformed.", field: "scope", status: 400)
        }
        if let method = query["code_challenge_method"], method != "S256" {
            throw PlayError("The code_challenge_method must be S256.", field: "code_challenge_method", status: 400)
        }
        return OAuthRequest(
            applicationID: id, redirectURI: uri, scopes: scopes, state: query["state"], challenge: query["code_challenge"])
    }

    /// The person's answer; where to send them.
    mutating func authorize(_ request: OAuthRequest, as userID: ID, approves: Bool) -> String {
        guard approves else {
            return request.redirect(adding: [
                ("error", "access_denied"), ("error_description", "The resource owner or authorization server denied the request"),
            ])
        }
        let code = String(tokens.next("code").prefix(30))
        while oauthCodes.count >= Self.oauthEntries { oauthCodes.removeFirst() }
        oauthCodes[code] = OAuthCode(
            code: code, applicationID: request.applicationID, userID: userID, redirectURI: request.redirectURI, scopes: request.scopes,
            challenge: request.challenge, expiresAt: now + OAuthCode.lifetime)
        return request.redirect(adding: [("code", code)])
    }

    /// `POST /oauth2/token`.
    mutating func grant(_ form: JSON, to applicationID: ID) throws(OAuthRefusal) -> OAuthToken {
        switch form["grant_type"]?.string {
        case "authorization_code":
            // The code is spent by the first attempt, whatever comes of it.
            guard let code = form["code"]?.string.flatMap({ oauthCodes.removeValue(forKey: $0) }), code.expiresAt > now,
                code.applicationID == applicationID
            else { throw OAuthRefusal(400, "invalid_grant", "Invalid \"code\" in request.") }
            guard form["redirect_uri"]?.string == code.redirectURI else {
                throw OAuthRefusal(400, "invalid_grant", "Invalid \"redirect_uri\" in request.")
            }
            if let challenge = code.challenge, challenge != Self.challenge(of: form["code_verifier"]?.string ?? "") {
                throw OAuthRefusal(400, "invalid_grant", "Invalid \"code_verifier\" in request.")
            }
            return issue(applicationID, code.userID, code.scopes, refreshes: true)
        case "refresh_token":
            guard let old = oauthTokens.values.first(where: { $0.refresh != nil && $0.refresh == form["refresh_token"]?.string }),
                old.applicationID == applicationID
            else { throw OAuthRefusal(400, "invalid_grant", "Invalid \"refresh_token\" in request.") }
            oauthTokens[old.access] = nil
            return issue(applicationID, old.userID, old.scopes, refreshes: true)
        case "client_credentials":
            let scopes = (form["scope"]?.string ?? "").split(separator: " ").map(String.init)
            guard !scopes.isEmpty, scopes.allSatisfy(Self.oauthScopes.contains) else {
                throw OAuthRefusal(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.")
            }
            return issue(applicationID, Self.firstHuman, scopes, refreshes: false)
        default: throw .unsupportedGrant
        }
    }

    private mutating func issue(_ applicationID: ID, _ userID: ID, _ scopes: [String], refreshes: Bool) -> OAuthToken {
        while oauthTokens.count >= Self.oauthEntries { oauthTokens.removeFirst() }
        let token = OAuthToken(
            access: String(tokens.next("access").prefix(40)), refresh: refreshes ? String(tokens.next("refresh").prefix(40)) : nil,
            applicationID: applicationID, userID: userID, scopes: scopes, expiresAt: now + OAuthToken.lifetime)
        oauthTokens[token.access] = token
        return token
    }

    /// Ends a token, named by either half of it. An unknown one is no mistake.
    mutating func revoke(_ text: String, of applicationID: ID) {
        oauthTokens.removeAll { $0.value.applicationID == applicationID && ($0.key == text || $0.value.refresh == text) }
    }

    /// The token of an `Authorization: Bearer` header, if it is still good.
    func oauthToken(_ access: String) -> OAuthToken? { oauthTokens[access].flatMap { $0.expiresAt > now ? $0 : nil } }

    /// The application whose id and secret came in the form or by HTTP Basic.
    func oauthClient(_ form: JSON, authorization: String?) throws(OAuthRefusal) -> ID {
        var id = form["client_id"]?.string
        var secret = form["client_secret"]?.string
        if let authorization, authorization.hasPrefix("Basic "), let bytes = Base64.decode(authorization.dropFirst(6)) {
            let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1).map(String.init)
            id = parts.first
            secret = parts.count > 1 ? parts[1] : nil
        }
        guard let application = id.flatMap({ ID($0) }).flatMap({ applications[$0] }), secret == application.clientSecret else {
            throw .invalidClient
        }
        return application.id
    }

    private static func challenge(of verifier: String) -> String {
        Data(SHA256.hash(data: Array(verifier.utf8))).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}
