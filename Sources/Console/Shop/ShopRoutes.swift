import Credits
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Support

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
    private let flow: DiscordLoginFlow
    let ledger: CreditLedger
    let clock: any WallClock

    public init(
        _ configuration: Configuration, secret: Secret, login: any DiscordLogin, ledger: CreditLedger, clock: any WallClock,
        randomness: @escaping @Sendable () -> UInt64
    ) {
        self.configuration = configuration
        seal = ShopSeal(secret: secret)
        flow = DiscordLoginFlow(
            login, seal: seal, cookie: Self.name("login"), path: "/shop", clock: clock, randomness: randomness)
        self.ledger = ledger
        self.clock = clock
    }

    public func add(to router: Router<ConsoleContext>) {
        router.get("shop") { request, _ in try await page(request) }
        router.get("shop/style.css") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/css; charset=utf-8"], body: .init(byteBuffer: .init(string: ShopPage.style)))
        }
        router.get("shop/login") { _, _ in try await flow.begin(redirect: configuration.redirect) }
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

    private func arrive(_ request: Request) async throws -> Response {
        let person: DiscordPerson
        switch try await flow.arrive(request, redirect: configuration.redirect) {
        case .refused(let status, let reason): return ShopPage.response(ShopPage.failed(reason), status)
        case .person(let somebody): person = somebody
        }
        let session = seal.session(person, until: clock.now() + Self.sessionLength)
        var response = Response(
            status: .seeOther, headers: [.location: "/shop", .setCookie: cookie("session", session, lasting: Self.sessionLength)])
        response.headers.append(.init(name: .setCookie, value: flow.forgetting(redirect: configuration.redirect)))
        return response
    }

    static func name(_ purpose: String) -> String { "troupe-\(purpose)" }

    private func cookie(_ purpose: String, _ value: String, lasting: Duration) -> String {
        "\(Self.name(purpose))=\(value); Path=/shop; Max-Age=\(lasting.milliseconds / 1_000); HttpOnly; SameSite=Lax"
            + (configuration.publicAddress.hasPrefix("https:") ? "; Secure" : "")
    }
}
