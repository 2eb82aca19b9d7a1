import Credits
import HTTPTypes
import Hummingbird
import NIOCore

/// The purchase page as HTML: no script, one style sheet, everything escaped. Pure.
enum ShopPage {
    static func welcome(_ articles: [CardArticle]) -> String {
        """
        <h1>Credits</h1>
        <p>Credits pay for what the bot makes for you in Discord. Log in, so that they reach your account: only who you are is asked, \
        nothing else.</p>
        <p><a class="button" href="/shop/login">Log in with Discord</a></p>
        \(list(articles) { _ in "" })
        """
    }

    /// - Parameter reference: tells the payment service, and with its answer us, who buys.
    static func shop(_ person: DiscordPerson, _ balance: CreditBalance, _ articles: [CardArticle], reference: String) -> String {
        let offers = list(articles) { article in
            #"<a class="button" rel="noreferrer" href="\#(escaped(link(article, reference)))">Buy</a>"#
        }
        return """
            <h1>Credits</h1>
            <p data-testid="who">You are <b>\(escaped(person.name))</b> and have <b>\(balance.available)</b>.</p>
            \(offers)
            <p>You pay on the payment service's page. Your credits are here a moment after it has your payment.</p>
            <form method="post" action="/shop/logout"><button class="plain">Log out</button></form>
            """
    }

    static func failed(_ reason: String) -> String {
        "<h1>That did not work</h1><p>\(escaped(reason))</p><p><a class=\"button\" href=\"/shop\">Back</a></p>"
    }

    private static func list(_ articles: [CardArticle], _ button: (CardArticle) -> String) -> String {
        let items = articles.map { article in
            let price = article.price.map { " <span>\(escaped($0.description))</span>" } ?? ""
            return "<li><b>\(article.credits)</b>\(price) \(button(article))</li>"
        }
        return "<ul>\(items.joined(separator: "\n"))</ul>"
    }

    static func link(_ article: CardArticle, _ reference: String) -> String {
        article.link + (article.link.contains("?") ? "&" : "?") + "client_reference_id=" + reference
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
            .replacing("'", with: "&#39;")
    }

    static func response(_ body: String, _ status: HTTPResponse.Status = .ok) -> Response {
        let page = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Credits</title><link rel="stylesheet" href="/shop/style.css"></head><body><main>
            \(body)
            </main></body></html>
            """
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .contentSecurityPolicy:
                    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            ], body: .init(byteBuffer: ByteBuffer(string: page)))
    }

    static let style = """
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
        body { margin: 0; display: grid; place-items: center; min-height: 100vh; }
        main { width: min(36rem, 92vw); }
        ul { list-style: none; padding: 0; }
        li { display: flex; gap: 1rem; align-items: center; padding: .6rem 0; border-bottom: 1px solid #8884; }
        li span { margin-left: auto; }
        .button, button { font: inherit; padding: .4rem 1rem; border: 0; border-radius: .4rem; background: #4752c4; color: #fff; }
        .button { text-decoration: none; display: inline-block; }
        .plain { background: none; color: inherit; border: 1px solid #8888; }
        """
}

extension CardArticle.Price: CustomStringConvertible {
    /// Currencies without a smaller unit. Source: https://docs.stripe.com/currencies#zero-decimal
    static let whole: Set<String> = [
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf",
    ]

    /// As people write it: `4.99 EUR`.
    public var description: String {
        if Self.whole.contains(currency) { return "\(amount) \(currency.uppercased())" }
        let cents = amount % 100
        return "\(amount / 100).\(cents < 10 ? "0" : "")\(cents) \(currency.uppercased())"
    }

    /// Reads ``description``; nil for anything else.
    public init?(_ text: String) {
        guard let match = text.wholeMatch(of: /([0-9]{1,9})(?:\.([0-9]{2}))? ([A-Za-z]{3})/), let units = Int64(match.1) else { return nil }
        currency = match.3.lowercased()
        if Self.whole.contains(currency) {
            guard match.2 == nil else { return nil }
            amount = units
        } else {
            amount = units * 100 + (match.2.flatMap { Int64($0) } ?? 0)
        }
        guard amount > 0 else { return nil }
    }
}
