import Credits
import Foundation

/// What a payment service says in an event, as far as it concerns us. Nothing of it is believed beyond what it was sealed for: the
/// price list says what an article is worth, and our own seal who bought it. Pure.
/// Source: https://docs.stripe.com/api/events/object, …/api/checkout/sessions/object, …/api/charges/object
struct PaymentNotice: Sendable, Hashable {
    /// Why an event brings nothing.
    enum Unusable: Error, Hashable {
        case unreadable
        /// Another kind of event, or not paid yet.
        case notOurs(String)
        /// It should have brought something: for the log.
        case suspicious(String)
    }

    let event: CardPaymentEvent

    /// - Parameters:
    ///   - body: of an event whose seal was checked.
    ///   - articles: what is sold by card.
    ///   - buyer: the user whom a reference names, if we made it.
    init(_ body: [UInt8], articles: [CardArticle], buyer: (String) -> UInt64?) throws(Unusable) {
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(body)) else { throw .unreadable }
        let object = envelope.data.object
        switch envelope.type {
        case "checkout.session.completed", "checkout.session.async_payment_succeeded":
            guard object.payment_status == "paid" else { throw .notOurs("not paid yet") }
            guard let article = articles.first(where: { $0.sku == object.payment_link }) else { throw .notOurs("not of this shop") }
            guard let payment = object.payment_intent else { throw .suspicious("there is no payment in it") }
            guard let user = object.client_reference_id.flatMap(buyer) else {
                throw .suspicious("payment \(payment) names nobody who logged in here")
            }
            if let price = article.price, object.amount_total != price.amount || object.currency?.lowercased() != price.currency {
                throw .suspicious("payment \(payment) is not of the article's price")
            }
            event = CardPaymentEvent(
                id: envelope.id, payment: payment, .paid(user: user, sku: article.sku, credits: article.credits))
        case "charge.refunded":
            guard let payment = object.payment_intent else { throw .notOurs("a charge of its own") }
            event = CardPaymentEvent(id: envelope.id, payment: payment, .refunded(try Self.share(of: object, payment)))
        case "charge.dispute.created":
            throw .suspicious("payment \(object.payment_intent ?? "?") is disputed; its credits stay until you take them back")
        default: throw .notOurs("another kind of event")
        }
    }

    /// How much has gone back: the charge counts together what its refunds were.
    private static func share(of charge: Object, _ payment: String) throws(Unusable) -> RefundShare {
        if charge.refunded == true { return .all }
        guard let returned = charge.amount_refunded, let total = charge.amount, let share = RefundShare(returned, of: total) else {
            throw .suspicious("payment \(payment) was refunded, but how much of it is not said")
        }
        return share
    }

    private struct Envelope: Decodable {
        struct Contents: Decodable { let object: Object }
        let id: String
        let type: String
        let data: Contents
    }

    /// The fields that the kinds of events above have between them.
    private struct Object: Decodable {
        let client_reference_id: String?
        let payment_link: String?
        let payment_intent: String?
        let payment_status: String?
        let amount_total: Int64?
        let currency: String?
        let refunded: Bool?
        let amount: Int64?
        let amount_refunded: Int64?
    }
}

/// Something that is sold by card on a page of the payment service.
public struct CardArticle: Sendable, Hashable {
    public struct Price: Sendable, Hashable {
        /// In the currency's smallest unit: cents.
        public var amount: Int64
        /// As `eur`.
        public var currency: String

        public init(amount: Int64, currency: String) {
            self.amount = amount
            self.currency = currency
        }
    }

    /// The payment service's name of its page.
    public var sku: String
    public var credits: CreditAmount
    /// The page's address.
    public var link: String
    /// What must have been paid; nil: whatever that page asks.
    public var price: Price?

    public init(sku: String, credits: CreditAmount, link: String, price: Price? = nil) {
        self.sku = sku
        self.credits = credits
        self.link = link
        self.price = price
    }
}
