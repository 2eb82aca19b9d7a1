/// What a payment service tells of a payment by card, once whoever received it has checked that it comes from there.
public struct CardPaymentEvent: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// The money is there.
        case paid(user: UInt64, sku: String, credits: CreditAmount)
        /// So much of it has gone back until now, with what had gone back before.
        case refunded(RefundShare)
    }

    /// The service's own name of the event, under which it is taken once.
    public var id: String
    /// The service's own name of the payment, the same in all events about it.
    public var payment: String
    public var kind: Kind

    /// - Parameters:
    ///   - id: 1…100 visible ASCII characters.
    ///   - payment: 1…90 visible ASCII characters.
    public init(id: String, payment: String, _ kind: Kind) {
        self.id = id
        self.payment = payment
        self.kind = kind
    }
}

public enum CardPaymentOutcome: Sendable, Hashable {
    case credited(CreditPurchase)
    /// Credits went back, all or some: ``CreditPurchase/returned``.
    case refunded(CreditPurchase)
    /// Money went back for a payment that was not heard of yet; should it come, as much is taken off.
    case noted
    /// This event, or one that says as much, was taken before; nothing changed.
    case repeated
}
