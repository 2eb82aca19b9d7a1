import Storage
import Support

/// Credits for purchases: each credited once by the seller's id, however often it is told; refunds take back what is there and
/// leave the rest as a debt that later income pays, so that no balance falls below zero.
public struct PurchaseBook: Sendable {
    let database: Database

    /// - Parameter database: opened with ``CreditLedger/schema``.
    public init(_ database: Database) { self.database = database }

    public enum CreditResult: Sendable, Hashable {
        case credited(CreditPurchase)
        case existing(CreditPurchase)
    }

    /// - Parameters:
    ///   - sku: what was bought, 1…100 characters.
    ///   - credits: what it is worth, by the price list.
    /// - Throws: ``CreditError`` with the code `keyReused` if this purchase was credited to somebody else.
    public func credit(
        _ id: PurchaseID, to user: UInt64, sku: String, credits: CreditAmount, at now: Timestamp
    ) async throws -> CreditResult {
        try await database.write { try Self.credit(id, to: user, sku: sku, credits: credits, at: now, $0) }
    }

    static func credit(
        _ id: PurchaseID, to user: UInt64, sku: String, credits: CreditAmount, at now: Timestamp, _ tx: Transaction
    ) throws -> CreditResult {
        try checkID(sku, longest: 100, "an article's id")
        try credits.check("a purchase")
        let account = CreditAccount.user(user)
        if let there = try purchase(id, tx) { return .existing(try same(there, account, sku)) }
        let transfer = TransferID(own: "purchase:\(id)")
        let row = try tx.row(
            """
            INSERT INTO credit_purchases (id, account, sku, credits, credited_at, transfer) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            RETURNING *
            """, id, account, sku, credits, now, transfer)
        guard let row else {
            guard let there = try purchase(id, tx) else { throw CreditError(.damaged, "purchase \(id) could not be written") }
            return .existing(try same(there, account, sku))
        }
        _ = try LedgerTransaction(tx, at: now).transfer(
            transfer, from: .house(.sales), to: account, credits, CreditReason(.purchase, sku))
        return .credited(try CreditPurchase(row: row))
    }

    /// Notes that the seller was told that the purchase is used up.
    public func markConsumed(_ id: PurchaseID, at now: Timestamp) async throws {
        try await database.write { tx in
            _ = try tx.execute("UPDATE credit_purchases SET consumed_at = ? WHERE id = ? AND consumed_at IS NULL", now, id)
        }
    }

    /// What Discord sold, and was credited and not yet consumed, oldest first.
    public func unconsumed(limit: Int = 100) async throws -> [CreditPurchase] {
        try await database.read { tx in
            try tx.rows(
                """
                SELECT * FROM credit_purchases WHERE consumed_at IS NULL AND id LIKE 'discord:%'
                ORDER BY credited_at, id LIMIT ?
                """, max(1, min(limit, 1_000))
            ).map { try CreditPurchase(row: $0) }
        }
    }

    public func purchase(_ id: PurchaseID) async throws -> CreditPurchase? {
        try await database.read { try Self.purchase(id, $0) }
    }

    static func purchase(_ id: PurchaseID, _ tx: Transaction) throws -> CreditPurchase? {
        try tx.row("SELECT * FROM credit_purchases WHERE id = ?", id).map { try CreditPurchase(row: $0) }
    }

    /// The price list may have changed between two tellings; who bought what may not.
    private static func same(_ there: CreditPurchase, _ account: CreditAccount, _ sku: String) throws(CreditError) -> CreditPurchase {
        guard there.account == account, there.sku == sku else {
            throw CreditError(.keyReused, "purchase \(there.id) was credited before, to \(there.account) for \(there.sku)")
        }
        return there
    }
}
