import AsyncHTTPClient
import Console
import Credits
import Discord
import DiscordModels
import Support

/// The purchase page and what the payment service tells, where articles are sold by card.
enum ShopPart {
    /// - Returns: nothing where nothing is sold by card.
    static func routes(_ base: Foundations, http: HTTPClient) async throws -> [any ConsoleRoutes] {
        let (settings, shop) = (base.settings, base.settings.shop)
        let articles = settings.creditRules.articles.compactMap(\.card)
        guard settings.hasCredits, !articles.isEmpty else { return [] }
        guard let signing = shop.paymentSecret else { throw missing(.paymentSecret, "the payment service's signing secret, whsec_…") }
        guard let address = shop.publicAddress else { throw missing(.publicAddress, "as https://troupe.example.org") }
        guard let client = shop.clientID else { throw missing(.discordClientID, "the application's id in Discord's developer pages") }
        guard let clientSecret = shop.clientSecret else { throw missing(.discordClientSecret, "of the application's page OAuth2") }
        let secret = try await base.secret(named: "shop")
        let oauth = OAuthClient(
            .init(clientID: client, clientSecret: clientSecret, baseURL: settings.discordAPIBaseURL), transport: HTTPTransport(http: http))
        return [
            ShopRoutes(
                .init(publicAddress: address, articles: articles), secret: secret, login: OAuthLogin { oauth },
                ledger: CreditLedger(base.database),
                clock: base.clock, randomness: base.randomness),
            PaymentRoutes(
                signingSecret: signing, articles: articles, secret: secret, purchases: PurchaseBook(base.database), clock: base.clock),
        ]
    }

    private static func missing(_ key: Settings.Key, _ what: String) -> SettingsError {
        SettingsError(key: key.rawValue, problem: "is not set, but articles are sold by card: \(what)")
    }
}

extension CreditSettings.Article {
    /// As it is sold by card; nil where it is not.
    var card: CardArticle? {
        link.map { CardArticle(sku: sku, credits: CreditAmount(Int64(credits)), link: $0, price: price.flatMap { CardArticle.Price($0) }) }
    }
}
