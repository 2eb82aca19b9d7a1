import Logging
import HTTPTypes
import Hummingbird
public import Support

/// Logging in to the console with Discord: who may, and where they come back to.
public struct OwnerLogin: Sendable {
    let login: any DiscordLogin
    let secret: Secret
    let publicAddress: String?
    let ownership: Ownership

    /// - Parameters:
    ///   - secret: seals what browsers keep while they are away; known to nobody else.
    ///   - publicAddress: as others reach the console, without a slash at the end; nil where only this machine does.
    ///   - isOwner: whether somebody owns the bot.
    public init(
        login: any DiscordLogin, secret: Secret, publicAddress: String?, clock: any WallClock,
        isOwner: @escaping @Sendable (UInt64) async throws -> Bool
    ) {
        self.login = login
        self.secret = secret
        self.publicAddress = publicAddress
        ownership = Ownership(clock: clock, ask: isOwner)
    }
}

/// `/login/discord` sends to Discord, `/login/callback` lets those in who own the bot.
struct OwnerLoginRoutes: ConsoleRoutes {
    private let desk: ConsoleDesk
    private let owner: OwnerLogin
    private let attempts: AttemptLimit
    private let flow: DiscordLoginFlow

    init(desk: ConsoleDesk, owner: OwnerLogin, attempts: AttemptLimit) {
        self.desk = desk
        self.owner = owner
        self.attempts = attempts
        flow = DiscordLoginFlow(
            owner.login, seal: ShopSeal(secret: owner.secret), cookie: "troupe-owner", path: "/login", clock: desk.clock,
            randomness: desk.randomness)
    }

    func add(to router: Router<ConsoleContext>) {
        router.get("login/discord") { request, context in
            try await answering(context) { try await flow.begin(redirect: try redirect(request)) }
        }
        router.get("login/callback") { request, context in try await answering(context) { try await arrive(request) } }
    }

    private func answering(_ context: ConsoleContext, _ answer: () async throws -> Response) async throws -> Response {
        guard attempts.admits(at: desk.clock.now()) else { throw AttemptLimit.problem }
        do { return try await answer() } catch let error as Problem { throw error } catch let error as CancellationError {
            throw error
        } catch {
            context.logger.error("a login failed", metadata: ["error": "\(error)"])
            return Self.page("Discord does not answer at the moment. Try again in a minute.").response(.badGateway)
        }
    }

    private func arrive(_ request: Request) async throws -> Response {
        let redirect = try redirect(request)
        let forget = flow.forgetting(redirect: redirect)
        let person: DiscordPerson
        switch try await flow.arrive(request, redirect: redirect) {
        case .refused(let status, let reason): return Self.page(reason).response(status, headers: [.setCookie: forget])
        case .person(let somebody): person = somebody
        }
        guard try await owner.ownership.find(person.id) else {
            try await desk.trail.note(
                .logins, "was not let in: does not own the bot", by: person.id, guild: nil, once: nil, at: desk.clock.now())
            let reason = "You are \(person.name.prefix(64)), and this bot is not yours. The console is for its owner."
            return Self.page(reason).response(.forbidden, headers: [.setCookie: forget])
        }
        let header = try await desk.open(ConsoleSession.new(desk.randomness), by: person.id, "logged in with Discord", request)
        // The browser comes from Discord: only a page of ours may lead on with a cookie that other sites' links do not carry.
        let page = ConsolePage(title: "Welcome", goesTo: "/", content: "<p>You are logged in. <a href=\"/\">To the overview</a></p>")
        var response = page.response(headers: [.setCookie: header])
        response.headers.append(.init(name: .setCookie, value: forget))
        return response
    }

    private func redirect(_ request: Request) throws -> String {
        if let address = owner.publicAddress { return address + "/login/callback" }
        let host = request.head.authority ?? ""
        guard host.wholeMatch(of: /(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?/) != nil else {
            throw Problem(
                .badRequest,
                "Set TROUPE_PUBLIC_ADDRESS to where the console is reached; without it, only this machine logs in with Discord.")
        }
        return "http://\(host)/login/callback"
    }

    private static func page(_ reason: String) -> ConsolePage {
        ConsolePage(title: "Log in", content: "<p class=\"bad\" role=\"alert\">\(reason)</p><p><a href=\"/login\">Back</a></p>")
    }
}

extension ConsoleDesk {
    /// Opens a session, noted, and says the header that gives it to the browser.
    func open(_ session: ConsoleSession, by person: UInt64?, _ words: String, _ request: Request) async throws -> String {
        let now = clock.now()
        try await trail.note(.logins, words, by: person, guild: nil, once: nil, at: now)
        try await logins.open(session: session.digest, by: person, until: now + ConsoleSession.lifetime, at: now)
        return ConsoleSession.header(session.token, maxAge: Int(ConsoleSession.lifetime.inSeconds), isSecure: request.isSecure)
    }
}
