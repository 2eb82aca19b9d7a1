import Storage
import Support

extension LedgerTransaction {
    func hold(_ id: HoldID) throws -> CreditHold? {
        try tx.row("SELECT * FROM credit_holds WHERE id = ?", id).map { try CreditHold(row: $0) }
    }

    /// Puts credits aside under the request's id.
    func hold(_ new: NewHold) throws -> HoldResult {
        try new.amount.check("a hold")
        guard !new.account.isHouse else { throw CreditError(.badAccount, "\(new.account) cannot hold credits for anybody") }
        if let there = try hold(new.id) { return .existing(try same(there, new)) }
        let promised = try tx.execute(
            "UPDATE credit_accounts SET held = held + ? WHERE account = ? AND posted - held >= ?", new.amount, new.account, new.amount)
        guard promised == 1 else { return .insufficient(available: try balance(of: new.account).available) }
        let row = try tx.row(
            """
            INSERT INTO credit_holds (id, account, amount, code, note, user_key, guild_key, state, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'held', ?, ?)
            RETURNING *
            """, new.id, new.account, new.amount, new.reason.code.rawValue, new.reason.note, new.user.map(String.init),
            new.guild.map(String.init), now, new.expiresAt)
        guard let row else { throw CreditError(.damaged, "hold \(new.id) could not be written") }
        return .held(try CreditHold(row: row))
    }

    private func same(_ there: CreditHold, _ new: NewHold) throws(CreditError) -> CreditHold {
        guard there.account == new.account, there.amount == new.amount, there.reason.code == new.reason.code else {
            throw CreditError(
                .keyReused,
                "hold \(there.id) was made before with other contents: \(there.amount) of \(there.account); use another id for another hold"
            )
        }
        return there
    }

    /// Pays out of a hold to a house: all, part, or (as ``void(_:as:)`` does) nothing of it; the rest is free again.
    func post(_ id: HoldID, amount: CreditAmount?, to house: CreditAccount.House) throws -> SettleResult {
        guard let there = try hold(id) else { return .unknown }
        guard there.state == .held else { return .alreadySettled(there) }
        let amount = amount ?? there.amount
        if amount == .zero { return try void(id, as: .voided) }
        guard amount > .zero, amount <= there.amount else {
            throw CreditError(.badAmount, "of hold \(id) 0 to \(there.amount.value) credits can be posted, not \(amount.value)")
        }
        guard let hold = try settle(id, as: .posted, posted: amount) else { return try settledByAnother(id) }
        let row = try tx.row(
            """
            UPDATE credit_accounts SET posted = posted - ?, held = held - ?, sequence = sequence + 1 WHERE account = ?
            RETURNING posted, sequence, debt
            """, amount, hold.amount, hold.account)
        guard let row else { throw CreditError(.damaged, "the account \(hold.account) of hold \(id) is missing") }
        let posting = try Posting(hold.account, -amount, row: row)
        _ = try write(id.transferID, hold.account, .house(house), amount, hold.reason, nil, [posting])
        if posting.debt > .zero { try payDebts(of: hold.account) }
        return .settled(hold)
    }

    /// Gives a hold back whole.
    func void(_ id: HoldID, as state: CreditHold.State) throws -> SettleResult {
        guard let hold = try settle(id, as: state, posted: nil) else { return try settledByAnother(id) }
        let debt: CreditAmount? = try tx.value(
            sql: "UPDATE credit_accounts SET held = held - ? WHERE account = ? RETURNING debt", hold.amount, hold.account)
        if let debt, debt > .zero { try payDebts(of: hold.account) }
        return .settled(hold)
    }

    /// The step that only one of many can take.
    private func settle(_ id: HoldID, as state: CreditHold.State, posted: CreditAmount?) throws -> CreditHold? {
        try tx.row(
            "UPDATE credit_holds SET state = ?, posted = ?, settled_at = ? WHERE id = ? AND state = 'held' RETURNING *",
            state.rawValue, posted, now, id
        ).map { try CreditHold(row: $0) }
    }

    private func settledByAnother(_ id: HoldID) throws -> SettleResult {
        try hold(id).map { .alreadySettled($0) } ?? .unknown
    }

    func expireHolds(limit: Int) throws -> Int {
        let due = try tx.rows(
            "SELECT id FROM credit_holds WHERE state = 'held' AND expires_at <= ? ORDER BY expires_at, id LIMIT ?", now, limit)
        var count = 0
        for row in due { if case .settled = try void(row.get("id"), as: .expired) { count += 1 } }
        return count
    }
}
