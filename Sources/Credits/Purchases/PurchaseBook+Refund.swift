import Storage
import Support

/// Purchases that are taken back, whole or in parts.
extension PurchaseBook {
    static let refunds = [
        """
        ALTER TABLE credit_purchases ADD COLUMN returned {integer} NOT NULL DEFAULT 0
            CONSTRAINT purchase_returned CHECK (returned BETWEEN 0 AND credits)
        """,
        "UPDATE credit_purchases SET returned = credits WHERE refunded_at IS NOT NULL",
        // Named as the transfer that takes the credits, and the debt of what was not there.
        """
        CREATE TABLE credit_purchase_refunds (
            id {text} NOT NULL PRIMARY KEY,
            purchase {text} NOT NULL REFERENCES credit_purchases (id),
            credits {integer} NOT NULL,
            taken_back {integer} NOT NULL,
            refunded_at {integer} NOT NULL,
            CONSTRAINT purchase_refund_credits CHECK (credits BETWEEN 1 AND 1000000000000 AND taken_back BETWEEN 0 AND credits)
        ){strict}
        """,
        "CREATE INDEX credit_purchase_refunds_of ON credit_purchase_refunds (purchase)",
        """
        INSERT INTO credit_purchase_refunds (id, purchase, credits, taken_back, refunded_at)
        SELECT 'purchase-refund:' || id, id, credits, taken_back, refunded_at FROM credit_purchases WHERE refunded_at IS NOT NULL
        """,
        "ALTER TABLE credit_payment_events ADD COLUMN returned {integer}",
        "ALTER TABLE credit_payment_events ADD COLUMN total {integer}",
        "UPDATE credit_payment_events SET returned = 1, total = 1 WHERE kind = 'refunded'",
    ]

    /// Takes credits of a purchase back, as many as money has gone back for until now; what was taken before counts, so that a
    /// repeat, or an older share that comes late, changes nothing.
    ///
    /// - Returns: the purchase as it now is; nil if it was never credited.
    public func refund(_ id: PurchaseID, _ share: RefundShare = .all, at now: Timestamp) async throws -> CreditPurchase? {
        try await database.write { try Self.refund(id, share, at: now, $0) }
    }

    static func refund(_ id: PurchaseID, _ share: RefundShare, at now: Timestamp, _ tx: Transaction) throws -> CreditPurchase? {
        guard let there = try purchase(id, tx) else { return nil }
        let credits = share.part(of: there.credits) - there.returned
        guard credits > .zero else { return there }
        // What was taken before makes each step's name its own.
        let step = TransferID(own: there.returned == .zero ? "purchase-refund:\(id)" : "purchase-refund:\(there.returned.value):\(id)")
        let taken = try LedgerTransaction(tx, at: now).takeBack(
            step, from: there.account, to: .sales, credits, CreditReason(.refund, there.sku), refundOf: TransferID(own: "purchase:\(id)"))
        try tx.execute(
            "INSERT INTO credit_purchase_refunds (id, purchase, credits, taken_back, refunded_at) VALUES (?, ?, ?, ?, ?)",
            step, id, credits, taken, now)
        try tx.execute(
            """
            UPDATE credit_purchases SET returned = returned + ?, taken_back = COALESCE(taken_back, 0) + ?, refunded_at = ? WHERE id = ?
            """, credits, taken, now, id)
        return try purchase(id, tx)
    }
}
