import HTTPTypes
import Hummingbird
import Support

/// Logging in by a link that is good once: `troupe console link` prints one, and so does every start of the console.
struct LoginRoutes: ConsoleRoutes {
    let desk: ConsoleDesk
    let attempts: AttemptLimit

    func add(to router: Router<ConsoleContext>) {
        // Looking at the link does not use it up, so that a chat program which fetches links for a preview does no harm.
        router.get("login") { request, _ in
            let ticket = request.uri.queryParameters.get("ticket") ?? ""
            return ConsolePage(title: "Log in", content: ticket.isEmpty ? explanation : Self.form(ticket)).response()
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
            throw AttemptLimit.problem
        }
        guard try await desk.logins.take(ticket: ConsoleSession.digest(form["ticket"]), at: now) else {
            return ConsolePage(
                title: "Log in",
                content: "<p class=\"bad\">This link was used already, or is too old.</p>\(explanation)"
            ).response(.forbidden)
        }
        return .see("/", headers: [.setCookie: try await desk.open(.new(desk.randomness), by: nil, "logged in by a link", request)])
    }

    private var explanation: HTML {
        """
        <p>The console is for who runs this Troupe. On its machine, <code>troupe console link</code> prints a link that logs in once.</p>
        \(desk.ownerLogin == nil ? "" : "<p><a class=\"button\" href=\"/login/discord\">Log in with Discord</a></p>" as HTML)
        """
    }

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
