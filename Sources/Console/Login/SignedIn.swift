import HTTPTypes
import Hummingbird
import Support

/// Lets only those through who have logged in; others are shown how. Who logged in as the bot's owner, and is not any more, is logged
/// out. A form must bear the proof of its session and come from here.
struct SignedIn: RouterMiddleware {
    let desk: ConsoleDesk

    func handle(
        _ request: Request, context: ConsoleContext, next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        guard let token = Self.cookie(in: request.headers),
            let owner = try await desk.logins.owner(ofSession: ConsoleSession.digest(token), at: desk.clock.now()),
            try await stays(ConsoleSession(token: token, person: owner.person))
        else { return request.method == .get ? .see("/login") : Problem(.unauthorized, "Log in first.").response }
        if request.method != .get, let site = request.headers[.init("Sec-Fetch-Site")!], site != "same-origin" {
            throw Problem(.forbidden, "Forms of other pages are not taken.")
        }
        var context = context
        context.session = ConsoleSession(token: token, person: owner.person)
        return try await next(request, context)
    }

    private func stays(_ session: ConsoleSession) async throws -> Bool {
        guard let person = session.person, let ownership = desk.ownerLogin?.ownership else { return true }
        if await ownership.holds(for: person) { return true }
        try await desk.note(.logins, "was logged out: does not own the bot any more", by: session)
        try await desk.logins.close(session: session.digest)
        return false
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
