import Storage
import Support

/// The ledger within one transaction of the database: all writing of its tables is here and in this type's other files.
struct LedgerTransaction {
    let tx: Transaction
    let now: Timestamp

    init(_ tx: Transaction, at now: Timestamp) {
        self.tx = tx
        self.now = now
    }

    // MARK: Accounts

    func balance(of account: CreditAccount) throws -> CreditBalance {
        if account.isHouse {
            let came = try tx.value(Int64.self, sql: "SELECT CAST(SUM(amount) AS BIGINT) FROM credit_transfers WHERE credit = ?", account)
            let went = try tx.value(Int64.self, sql: "SELECT CAST(SUM(amount) AS BIGINT) FROM credit_transfers WHERE debit = ?", account)
            return CreditBalance(posted: CreditAmount((came ?? 0) - (went ?? 0)), held: .zero, debt: .zero)
        }
        guard let row = try tx.row("SELECT posted, held, debt FROM credit_accounts WHERE account = ?", account) else { return .zero }
        return CreditBalance(posted: try row.get("posted"), held: try row.get("held"), debt: try row.get("debt"))
    }

    /// What an account is after a change of its posted credits, for the entry that proves it.
    struct Posting {
        let account: CreditAccount
        let sequence: Int64
        let amount: CreditAmount
        let balance: CreditAmount
        let debt: CreditAmount

        init(_ account: CreditAccount, _ amount: CreditAmount, row: SQLRow) throws {
            self.account = account
            self.amount = amount
            sequence = try row.get("sequence")
            balance = try row.get("posted")
            debt = try row.get("debt")
        }
    }

    /// Takes credits that are not promised to anybody. Nil if there are not so many. No row is touched for a house.
    func take(_ amount: CreditAmount, from account: CreditAccount) throws -> Posting? {
        try tx.row(
            """
            UPDATE credit_accounts SET posted = posted - ?, sequence = sequence + 1 WHERE account = ? AND posted - held >= ?
            RETURNING posted, sequence, debt
            """, amount, account, amount
        ).map { try Posting(account, -amount, row: $0) }
    }

    func give(_ amount: CreditAmount, to account: CreditAccount) throws -> Posting {
        let row = try tx.row(
            """
            INSERT INTO credit_accounts (account, posted, held, debt, sequence) VALUES (?, ?, 0, 0, 1)
            ON CONFLICT (account) DO UPDATE
                SET posted = credit_accounts.posted + excluded.posted, sequence = credit_accounts.sequence + 1
            RETURNING posted, sequence, debt
            """, account, amount)
        guard let row else { throw CreditError(.damaged, "account \(account) could not be credited") }
        return try Posting(account, amount, row: row)
    }

    /// Makes others who would change this account wait until the end of this transaction, where the database has such locks.
    func lock(_ account: CreditAccount) throws {
        if !account.isHouse { try tx.execute("UPDATE credit_accounts SET held = held WHERE account = ?", account) }
    }

    // MARK: Transfers

    func transfer(_ id: TransferID) throws -> CreditTransfer? {
        try tx.row("SELECT * FROM credit_transfers WHERE id = ?", id).map { try CreditTransfer(row: $0) }
    }

    /// Moves credits, or finds that the very same transfer was made before.
    func transfer(
        _ id: TransferID, from debit: CreditAccount, to credit: CreditAccount, _ amount: CreditAmount, _ reason: CreditReason,
        refundOf: TransferID? = nil
    ) throws -> CreditTransfer {
        try amount.check("a transfer")
        guard debit != credit else { throw CreditError(.badAccount, "\(debit) cannot pay itself") }
        if let there = try transfer(id) {
            return try same(there, debit, credit, amount, reason, refundOf)
        }
        // Two accounts are always locked in the same order, so that two gifts back and forth never wait for one another.
        if credit.key < debit.key { try lock(credit) }
        var postings: [Posting] = []
        if !debit.isHouse {
            guard let posting = try take(amount, from: debit) else {
                let available = try balance(of: debit).available
                throw CreditError(
                    .insufficient, "\(debit) has \(available.value) available, \(amount.value) are needed", available: available)
            }
            postings.append(posting)
        }
        if !credit.isHouse { postings.append(try give(amount, to: credit)) }
        let made = try write(id, debit, credit, amount, reason, refundOf, postings)
        if let posting = postings.last, posting.account == credit, posting.debt > .zero { try payDebts(of: credit) }
        return made
    }

    /// Writes the transfer and the entries that prove the new balances.
    func write(
        _ id: TransferID, _ debit: CreditAccount, _ credit: CreditAccount, _ amount: CreditAmount, _ reason: CreditReason,
        _ refundOf: TransferID? = nil, _ postings: [Posting]
    ) throws -> CreditTransfer {
        let row = try tx.row(
            """
            INSERT INTO credit_transfers (id, debit, credit, amount, code, note, refund_of, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            RETURNING *
            """, id, debit, credit, amount, reason.code.rawValue, reason.note, refundOf, now)
        guard let row else { throw CreditError(.damaged, "transfer \(id) could not be written") }
        let transfer = try CreditTransfer(row: row)
        for posting in postings {
            try tx.execute(
                """
                INSERT INTO credit_entries (account, sequence, transfer, amount, balance, previous, previous_balance)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """, posting.account, posting.sequence, transfer.number, posting.amount, posting.balance,
                posting.sequence == 1 ? nil : posting.sequence - 1, posting.balance - posting.amount)
        }
        return transfer
    }

    /// A repeat must say the same; when it was first said does not matter, nor what was noted.
    private func same(
        _ there: CreditTransfer, _ debit: CreditAccount, _ credit: CreditAccount, _ amount: CreditAmount, _ reason: CreditReason,
        _ refundOf: TransferID?
    ) throws(CreditError) -> CreditTransfer {
        guard
            there.debit == debit, there.credit == credit, there.amount == amount, there.reason.code == reason.code,
            there.refundOf == refundOf
        else {
            throw CreditError(
                .keyReused,
                "transfer \(there.id) was made before with other contents: \(there.amount) from \(there.debit) to \(there.credit); "
                    + "use another id for another transfer")
        }
        return there
    }
}
