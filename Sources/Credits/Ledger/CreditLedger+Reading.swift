import Storage
import Support

extension CreditLedger {
    /// The statement of a user or a pool, newest first.
    ///
    /// - Parameters:
    ///   - limit: 1…1,000.
    ///   - before: the ``CreditMovement/sequence`` of the last line already seen.
    public func movements(of account: CreditAccount, limit: Int = 20, before sequence: Int64? = nil) async throws -> [CreditMovement] {
        try await database.read { tx in
            try tx.rows(
                """
                SELECT t.*, e.sequence AS sequence, e.amount AS change, e.balance AS balance
                FROM credit_entries AS e JOIN credit_transfers AS t ON t.number = e.transfer
                WHERE e.account = ? AND e.sequence < ?
                ORDER BY e.sequence DESC LIMIT ?
                """, account, sequence ?? Int64.max, max(1, min(limit, 1_000))
            ).map { row in
                CreditMovement(
                    transfer: try CreditTransfer(row: row), sequence: try row.get("sequence"), change: try row.get("change"),
                    balance: try row.get("balance"))
            }
        }
    }

    /// All transfers, newest first: what a house, a console or an export reads.
    ///
    /// - Parameter before: the ``CreditTransfer/number`` of the last one already seen.
    public func transfers(limit: Int = 100, before number: Int64? = nil) async throws -> [CreditTransfer] {
        try await database.read { tx in
            try tx.rows(
                "SELECT * FROM credit_transfers WHERE number < ? ORDER BY number DESC LIMIT ?", number ?? Int64.max,
                max(1, min(limit, 1_000))
            ).map { try CreditTransfer(row: $0) }
        }
    }

    /// What an account has promised, oldest first, at most 1,000.
    public func openHolds(of account: CreditAccount, limit: Int = 100) async throws -> [CreditHold] {
        try await database.read { tx in
            try tx.rows(
                "SELECT * FROM credit_holds WHERE account = ? AND state = 'held' ORDER BY created_at, id LIMIT ?", account,
                max(1, min(limit, 1_000))
            ).map { try CreditHold(row: $0) }
        }
    }

    /// Holds that are open since before a moment, oldest expiry first: for those who ask what became of them.
    ///
    /// - Parameter after: the last hold already seen.
    public func openHolds(createdBefore moment: Timestamp, limit: Int = 100, after last: CreditHold? = nil) async throws -> [CreditHold] {
        try await database.read { tx in
            let (expiry, id) = (last?.expiresAt ?? Timestamp(millisecondsSinceEpoch: .min), last?.id.text ?? "")
            return try tx.rows(
                """
                SELECT * FROM credit_holds
                WHERE state = 'held' AND created_at < ? AND (expires_at > ? OR (expires_at = ? AND id > ?))
                ORDER BY expires_at, id LIMIT ?
                """, moment, expiry, expiry, id, max(1, min(limit, 1_000))
            ).map { try CreditHold(row: $0) }
        }
    }

    /// The accounts that have anything, richest first.
    public func accounts(limit: Int = 100) async throws -> [(account: CreditAccount, balance: CreditBalance)] {
        try await database.read { tx in
            try tx.rows(
                "SELECT * FROM credit_accounts ORDER BY posted DESC, account LIMIT ?", max(1, min(limit, 10_000))
            ).map { row in
                (
                    try row.get("account"),
                    CreditBalance(posted: try row.get("posted"), held: try row.get("held"), debt: try row.get("debt"))
                )
            }
        }
    }
}

extension LedgerTransaction {
    func refund(_ id: TransferID, of original: TransferID, _ amount: CreditAmount?, _ reason: CreditReason) throws -> CreditTransfer {
        guard let first = try transfer(original) else {
            throw CreditError(.unknownTransfer, "there is no transfer \(original) to give back")
        }
        if let there = try transfer(id) {
            return try transfer(id, from: first.credit, to: first.debit, amount ?? there.amount, reason, refundOf: original)
        }
        // Whoever refunds the same transfer waits here.
        try lock(first.debit)
        try lock(first.credit)
        let given = try tx.value(
            Int64.self, sql: "SELECT CAST(SUM(amount) AS BIGINT) FROM credit_transfers WHERE refund_of = ?", original)
        let rest = first.amount - CreditAmount(given ?? 0)
        let amount = amount ?? rest
        guard amount > .zero, amount <= rest else {
            throw CreditError(.badAmount, "of transfer \(original) \(rest.value) credits can still be given back, not \(amount.value)")
        }
        return try transfer(id, from: first.credit, to: first.debit, amount, reason, refundOf: original)
    }
}
