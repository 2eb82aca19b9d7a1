import HTTPTypes
import Hummingbird
import Support

/// Logging in by a link that is good once: `troupe console link` prints one, and so does every start of the console.
struct LoginRoutes: ConsoleRoutes {
    let desk: ConsoleDesk
    let attempts = AttemptLimit(20)

    func add(to router: Router<ConsoleContext>) {
        // Looking at the link does not use it up, so that a chat program which fetches links for a preview does no harm.
        router.get("login") { request, _ in
            let ticket = request.uri.queryParameters.get("ticket") ?? ""
            return ConsolePage(title: "Log in", content: ticket.isEmpty ? Self.explanation : Self.form(ticket)).response()
        }
        router.post("login") { request, _ -> Response in try await logIn(request) }
        router.signedIn(desk).post("logout") { request, context -> Response in
            _ = try await context.form(of: request)
            guard let session = context.session else { throw Problem(.unauthorized, "Nobody is logged in.") }
            try await desk.note(.logins, "logged out", by: session)
            try await desk.logins.close(session: session.digest)
            return .see("/login", headers: [.setCookie: ConsoleSession.header("", maxAge: 0, isSecure: request.isSecure)])
        }
    }

    private func logIn(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        let now = desk.clock.now()
        guard attempts.admits(at: now) else {
            throw Problem(.tooManyRequests, "Too many attempts; wait a minute.", headers: [.retryAfter: "60"])
        }
        guard try await desk.logins.take(ticket: ConsoleSession.digest(form["ticket"]), at: now) else {
            return ConsolePage(
                title: "Log in",
                content: "<p class=\"bad\">This link was used already, or is too old.</p>\(Self.explanation)"
            ).response(.forbidden)
        }
        let session = ConsoleSession.new(desk.randomness)
        try await desk.note(.logins, "logged in by a link", by: session)
        try await desk.logins.open(session: session.digest, until: now + ConsoleSession.lifetime, at: now)
        let seconds = Int(ConsoleSession.lifetime.inSeconds)
        return .see("/", headers: [.setCookie: ConsoleSession.header(session.token, maxAge: seconds, isSecure: request.isSecure)])
    }

    private static let explanation: HTML = """
        <p>The console is for who runs this Troupe. On its machine, <code>troupe console link</code> prints a link that logs in once.</p>
        """

    private static func form(_ ticket: String) -> HTML {
        """
        <p>This link is good once.</p>
        <form method="post" action="/login"><input type="hidden" name="ticket" value="\(ticket)"><button>Log in</button></form>
        """
    }
}

extension Request {
    /// Whether the browser came by TLS, to a proxy before this service.
    var isSecure: Bool { headers[.init("X-Forwarded-Proto")!]?.lowercased() == "https" }
}
