import Credits
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Support

/// Somebody who logged in with Discord.
public struct ShopPerson: Sendable, Hashable {
    public var id: UInt64
    public var name: String

    public init(id: UInt64, name: String) {
        self.id = id
        self.name = name
    }
}

/// Finds out who somebody is: OAuth2's code flow with the scope `identify`.
public protocol ShopLogin: Sendable {
    /// Where the person says yes; they come back to `redirect` with a code and the state.
    func address(redirect: String, state: String) async throws -> String
    /// - Returns: nil for a code that is not, or no longer, good.
    func person(code: String, redirect: String) async throws -> ShopPerson?
}

/// The purchase page: who is logged in with Discord buys credits on the payment service's own pages, which hand back who it was.
/// Nothing here touches a card or takes anybody's word for a payment: that is ``PaymentRoutes``'s.
public struct ShopRoutes: ConsoleRoutes {
    public struct Configuration: Sendable {
        /// As others reach this service, without a slash at the end: `https://troupe.example.org`.
        public var publicAddress: String
        public var articles: [CardArticle]

        public init(publicAddress: String, articles: [CardArticle]) {
            self.publicAddress = publicAddress
            self.articles = articles
        }

        var redirect: String { publicAddress + "/shop/callback" }
    }

    private static let sessionLength: Duration = .seconds(12 * 3_600)

    let configuration: Configuration
    let seal: ShopSeal
    let login: any ShopLogin
    let ledger: CreditLedger
    let clock: any WallClock
    let randomness: @Sendable () -> UInt64

    public init(
        _ configuration: Configuration, secret: Secret, login: any ShopLogin, ledger: CreditLedger, clock: any WallClock,
        randomness: @escaping @Sendable () -> UInt64
    ) {
        self.configuration = configuration
        seal = ShopSeal(secret: secret)
        self.login = login
        self.ledger = ledger
        self.clock = clock
        self.randomness = randomness
    }

    public func add(to router: Router<ConsoleContext>) {
        router.get("shop") { request, _ in try await page(request) }
        router.get("shop/style.css") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/css; charset=utf-8"], body: .init(byteBuffer: .init(string: ShopPage.style)))
        }
        router.get("shop/login") { _, _ in try await begin() }
        router.get("shop/callback") { request, context in
            do { return try await arrive(request) } catch let error as CancellationError { throw error } catch {
                context.logger.error("a login failed", metadata: ["error": "\(error)"])
                return ShopPage.response(ShopPage.failed("Discord does not answer at the moment. Try again in a minute."), .badGateway)
            }
        }
        router.post("shop/logout") { _, _ in
            Response(status: .seeOther, headers: [.location: "/shop", .setCookie: cookie("session", "", lasting: .zero)])
        }
    }

    private func page(_ request: Request) async throws -> Response {
        guard let person = seal.person(ofSession: request.cookie(named: Self.name("session")) ?? "", at: clock.now()) else {
            return ShopPage.response(ShopPage.welcome(configuration.articles))
        }
        let balance = try await ledger.balance(of: .user(person.id))
        let reference = seal.reference(to: person.id)
        return ShopPage.response(ShopPage.shop(person, balance, configuration.articles, reference: reference))
    }

    /// The browser keeps what it must show again with the answer, so that nobody can log it in as somebody else.
    private func begin() async throws -> Response {
        let state = seal.seal((0..<2).map { _ in String(randomness(), radix: 36) }.joined(), for: .login)
        let address = try await login.address(redirect: configuration.redirect, state: state)
        return Response(
            status: .seeOther, headers: [.location: address, .setCookie: cookie("login", state, lasting: .seconds(600))])
    }

    private func arrive(_ request: Request) async throws -> Response {
        let query = request.uri.queryParameters
        guard let state = query["state"].map(String.init), state == request.cookie(named: Self.name("login")),
            seal.open(state, for: .login) != nil
        else { return ShopPage.response(ShopPage.failed("This login was not begun in this browser, or too long ago."), .badRequest) }
        guard let code = query["code"].map(String.init), (1...500).contains(code.utf8.count) else {
            return ShopPage.response(ShopPage.failed("You were not logged in."), .forbidden)
        }
        guard let person = try await login.person(code: code, redirect: configuration.redirect) else {
            return ShopPage.response(ShopPage.failed("Discord does not know this login any more."), .forbidden)
        }
        let session = seal.session(person, until: clock.now() + Self.sessionLength)
        var response = Response(
            status: .seeOther, headers: [.location: "/shop", .setCookie: cookie("session", session, lasting: Self.sessionLength)])
        response.headers.append(.init(name: .setCookie, value: cookie("login", "", lasting: .zero)))
        return response
    }

    static func name(_ purpose: String) -> String { "troupe-\(purpose)" }

    private func cookie(_ purpose: String, _ value: String, lasting: Duration) -> String {
        "\(Self.name(purpose))=\(value); Path=/shop; Max-Age=\(lasting.milliseconds / 1_000); HttpOnly; SameSite=Lax"
            + (configuration.publicAddress.hasPrefix("https:") ? "; Secure" : "")
    }
}

extension Request {
    fileprivate func cookie(named name: String) -> String? {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
                    return parts[1].trimmingCharacters(in: .whitespaces)
                }
            }
        }
        return nil
    }
}
