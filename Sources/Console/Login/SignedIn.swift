import HTTPTypes
import Hummingbird
import Support

/// Lets only those through who have logged in; others are shown how. A form must bear the proof of its session and come from here.
struct SignedIn: RouterMiddleware {
    let logins: any ConsoleLogins
    let clock: any WallClock

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        guard let token = Self.cookie(in: request.headers),
            let owner = try await logins.owner(ofSession: ConsoleSession.digest(token), at: clock.now())
        else { return request.method == .get ? .see("/login") : Problem(.unauthorized, "Log in first.").response }
        if request.method != .get, let site = request.headers[.init("Sec-Fetch-Site")!], site != "same-origin" {
            throw Problem(.forbidden, "Forms of other pages are not taken.")
        }
        var context = context
        context.session = ConsoleSession(token: token, person: owner.person)
        return try await next(request, context)
    }

    private static func cookie(in headers: HTTPFields) -> String? {
        for pair in headers[values: .cookie].flatMap({ $0.split(separator: ";") }) {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingPrefix(while: \.isWhitespace) }
            if parts.count == 2, parts[0] == ConsoleSession.cookie, parts[1].utf8.count <= 200 { return String(parts[1]) }
        }
        return nil
    }
}

extension ConsoleContext {
    /// The fields of a form of this session.
    ///
    /// - Throws: ``Problem`` 403 for a form without the session's proof.
    func form(of request: Request) async throws -> FormFields {
        let form = try await FormFields(request)
        guard let session, form["proof"] == session.proof else {
            throw Problem(.forbidden, "This form is of another session. Load the page again.")
        }
        return form
    }
}
