import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// Lets only those through who show a token that is good for what they ask: 401 without one, 403 where it is good for other things.
/// Source: RFC 6750, https://www.rfc-editor.org/rfc/rfc6750
struct BearerAuthentication: RouterMiddleware {
    let tokens: any APITokenStore

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        guard let token = Self.token(request.headers[.authorization] ?? "") else {
            throw Problem(
                .unauthorized, "Send a token: `Authorization: Bearer …`. `troupe token create` makes one.",
                headers: [.wwwAuthenticate: "Bearer"])
        }
        let digest = Array(SHA256.hash(data: Data(token.utf8)))
        guard let caller = try await tokens.caller(withTokenDigest: digest) else {
            throw Problem(
                .unauthorized, "This token is unknown or revoked.", headers: [.wwwAuthenticate: #"Bearer error="invalid_token""#])
        }
        var context = context
        context.caller = caller
        return try await next(request, context)
    }

    /// The token of `Bearer TOKEN`; or of `Basic`, where it is the password and the name is not looked at.
    private static func token(_ header: String) -> String? {
        let words = header.split(separator: " ")
        guard words.count == 2, words[1].utf8.count <= 512 else { return nil }
        switch words[0].lowercased() {
        case "bearer": return String(words[1])
        case "basic":
            guard let pair = Data(base64Encoded: String(words[1])).flatMap({ String(data: $0, encoding: .utf8) }) else { return nil }
            return pair.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first.map(String.init)
        default: return nil
        }
    }
}

extension ConsoleContext {
    /// - Throws: ``Problem`` 403 unless the caller's token is good for it.
    func require(_ scope: APICaller.Scope) throws {
        guard caller?.scopes.contains(scope) == true else {
            throw Problem(
                .forbidden, "This token is not good for \(scope.rawValue).",
                headers: [.wwwAuthenticate: #"Bearer error="insufficient_scope", scope="\#(scope.rawValue)""#])
        }
    }
}
