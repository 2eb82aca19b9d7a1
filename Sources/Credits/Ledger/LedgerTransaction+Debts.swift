import Storage
import Support

/// What an account still owes: credits that were taken back (a purchase was refunded) after they had been spent.
extension LedgerTransaction {
    /// Takes credits back into a house as far as there are any; the rest becomes a debt that later income pays.
    ///
    /// - Parameter id: of the transfer and of the debt; a repeat changes nothing.
    /// - Returns: what was taken at once.
    @discardableResult
    func takeBack(
        _ id: TransferID, from account: CreditAccount, to house: CreditAccount.House, _ amount: CreditAmount, _ reason: CreditReason,
        refundOf: TransferID? = nil
    ) throws -> CreditAmount {
        if try tx.value(Int64.self, sql: "SELECT 1 FROM credit_debts WHERE id = ?", id) != nil || transfer(id) != nil {
            return try transfer(id)?.amount ?? .zero
        }
        try lock(account)
        let now = min(try balance(of: account).available, amount)
        if now > .zero { _ = try transfer(id, from: account, to: .house(house), now, reason, refundOf: refundOf) }
        let rest = amount - now
        if rest > .zero {
            try tx.execute(
                "INSERT INTO credit_debts (id, account, creditor, amount, paid, payments, created_at) VALUES (?, ?, ?, ?, 0, 0, ?)",
                id, account, CreditAccount.house(house), rest, self.now)
            try tx.execute("UPDATE credit_accounts SET debt = debt + ? WHERE account = ?", rest, account)
        }
        return now
    }

    /// Pays what is owed, oldest first, with what is available.
    func payDebts(of account: CreditAccount) throws {
        var available = try balance(of: account).available
        guard available > .zero else { return }
        let debts = try tx.rows(
            """
            SELECT id, creditor, amount - paid AS rest, payments FROM credit_debts WHERE account = ? AND paid < amount
            ORDER BY created_at, id
            """, account)
        for debt in debts where available > .zero {
            let (id, payment): (String, Int64) = (try debt.get("id"), try debt.get("payments", as: Int64.self) + 1)
            let amount = min(available, try debt.get("rest"))
            try tx.execute("UPDATE credit_debts SET paid = paid + ?, payments = payments + 1 WHERE id = ?", amount, id)
            try tx.execute("UPDATE credit_accounts SET debt = debt - ? WHERE account = ?", amount, account)
            _ = try transfer(
                TransferID(own: "debt:\(payment):\(id)"), from: account, to: debt.get("creditor"), amount, CreditReason(.debt, id))
            available = available - amount
        }
    }
}
