import Storage
import Support

/// Payments by card.
extension PurchaseBook {
    static let paymentEvents = [
        """
        CREATE TABLE credit_payment_events (
            id {text} NOT NULL PRIMARY KEY,
            payment {text} NOT NULL,
            kind {text} NOT NULL,
            received_at {integer} NOT NULL,
            CONSTRAINT payment_event_id CHECK (length(id) BETWEEN 1 AND 100 AND length(payment) BETWEEN 1 AND 90),
            CONSTRAINT payment_event_kind CHECK (kind IN ('paid', 'refunded'))
        ){strict}
        """,
        "CREATE INDEX credit_payment_events_of ON credit_payment_events (payment, kind)",
    ]

    /// Takes an event of a payment service: once by its id, and in whatever order events about one payment come.
    ///
    /// - Throws: ``CreditError`` with the code `keyReused` if the payment was credited before to somebody else.
    public func take(_ event: CardPaymentEvent, at now: Timestamp) async throws -> CardPaymentOutcome {
        try checkID(event.id, longest: 100, "an event's id")
        let id = try PurchaseID.card(event.payment)
        return try await database.write { tx in
            let kind = if case .paid = event.kind { "paid" } else { "refunded" }
            let isNew = try tx.execute(
                "INSERT INTO credit_payment_events (id, payment, kind, received_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                event.id, event.payment, kind, now)
            guard isNew == 1 else { return .repeated }
            guard case .paid(let user, let sku, let credits) = event.kind else {
                return try Self.refund(id, at: now, tx).map { .refunded($0) } ?? .noted
            }
            guard case .credited(let purchase) = try Self.credit(id, to: user, sku: sku, credits: credits, at: now, tx) else {
                return .repeated
            }
            let wentBack = try tx.value(
                Int64.self, sql: "SELECT 1 FROM credit_payment_events WHERE payment = ? AND kind = 'refunded' LIMIT 1", event.payment)
            guard wentBack != nil, let refunded = try Self.refund(id, at: now, tx) else { return .credited(purchase) }
            return .refunded(refunded)
        }
    }
}
