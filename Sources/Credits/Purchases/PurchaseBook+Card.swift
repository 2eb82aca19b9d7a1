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
            switch event.kind {
            case .paid(let user, let sku, let credits):
                guard try isNew(event, "paid", nil, at: now, tx),
                    case .credited(let purchase) = try Self.credit(id, to: user, sku: sku, credits: credits, at: now, tx)
                else { return .repeated }
                var latest = purchase
                for share in try shares(of: event.payment, tx) { latest = try Self.refund(id, share, at: now, tx) ?? latest }
                return latest == purchase ? .credited(purchase) : .refunded(latest)
            case .refunded(let share):
                guard try isNew(event, "refunded", share, at: now, tx) else { return .repeated }
                guard let before = try Self.purchase(id, tx) else { return .noted }
                guard let after = try Self.refund(id, share, at: now, tx), after != before else { return .repeated }
                return .refunded(after)
            }
        }
    }

    private func isNew(_ event: CardPaymentEvent, _ kind: String, _ share: RefundShare?, at now: Timestamp, _ tx: Transaction) throws
        -> Bool
    {
        try tx.execute(
            """
            INSERT INTO credit_payment_events (id, payment, kind, received_at, returned, total) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """, event.id, event.payment, kind, now, share?.returned, share?.total) == 1
    }

    /// What was said to have gone back before the payment was heard of, the latest first.
    private func shares(of payment: String, _ tx: Transaction) throws -> [RefundShare] {
        try tx.rows(
            """
            SELECT returned, total FROM credit_payment_events WHERE payment = ? AND kind = 'refunded'
            ORDER BY returned DESC LIMIT 100
            """, payment
        ).compactMap { RefundShare(try $0.get("returned"), of: try $0.get("total")) }
    }
}
