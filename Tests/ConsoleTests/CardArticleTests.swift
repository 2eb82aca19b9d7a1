import Console
import Testing

@Suite("Prices on the purchase page")
struct CardArticleTests {
    @Test(
        "A price is read as it is written, in the currency's smallest unit",
        arguments: [("4.99 EUR", 499, "eur"), ("0.05 usd", 5, "usd"), ("10 GBP", 1_000, "gbp"), ("500 JPY", 500, "jpy")])
    func read(_ text: String, _ amount: Int64, _ currency: String) throws {
        let price = try #require(CardArticle.Price(text))
        #expect(price == CardArticle.Price(amount: amount, currency: currency))
        #expect(CardArticle.Price(price.description) == price)
    }

    @Test("What is no price is refused", arguments: ["", "4.9 EUR", "4,99 EUR", "EUR 4.99", "-1 EUR", "0.00 EUR", "4.99 JPY", "1e3 EUR"])
    func refused(_ text: String) { #expect(CardArticle.Price(text) == nil) }
}
