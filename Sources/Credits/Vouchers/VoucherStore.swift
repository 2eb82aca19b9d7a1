import Storage
import Support

/// Rows of vouchers and attempts, within one transaction.
struct VoucherStore {
    let tx: Transaction
    let now: Timestamp

    init(_ tx: Transaction, at now: Timestamp) {
        self.tx = tx
        self.now = now
    }

    func exists(batch: String) throws -> Bool {
        try tx.value(Int64.self, sql: "SELECT number FROM credit_vouchers WHERE batch = ? LIMIT 1", batch) != nil
    }

    func voucher(_ hash: [UInt8]) throws -> Voucher? {
        try tx.row("SELECT * FROM credit_vouchers WHERE code_hash = ?", hash).map { try Voucher(row: $0) }
    }

    /// Nil if there is one of this code already.
    func insert(_ code: VoucherCode, _ new: NewVouchers, position: Int, createdAt: Timestamp? = nil) throws -> Voucher? {
        try tx.row(
            """
            INSERT INTO credit_vouchers (code_hash, credits, note, batch, position, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (code_hash) DO NOTHING
            RETURNING *
            """, code.hash, new.credits, new.note, new.batch, position, createdAt ?? now, new.expiresAt
        ).map { try Voucher(row: $0) }
    }

    /// The step that only one of many can take, and the transfer that goes with it.
    func redeem(_ hash: [UInt8], by account: CreditAccount, _ code: CreditReason.Code = .voucher) throws -> Voucher? {
        let row = try tx.row(
            """
            UPDATE credit_vouchers SET redeemed_at = ?, redeemed_by = ?, redemption = 'voucher:' || number
            WHERE code_hash = ? AND redeemed_at IS NULL AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)
            RETURNING *
            """, now, account, hash, now)
        guard let voucher = try row.map({ try Voucher(row: $0) }) else { return nil }
        _ = try LedgerTransaction(tx, at: now).transfer(
            voucher.transferID, from: .house(.issued), to: account, voucher.credits, CreditReason(code, voucher.note))
        return voucher
    }

    // MARK: Attempts

    func waitUntil(user: UInt64, _ limiter: AttemptLimiter) throws -> Timestamp? {
        let failures = try tx.rows(
            "SELECT attempted_at FROM credit_voucher_attempts WHERE user_key = ? AND attempted_at > ? ORDER BY attempted_at DESC LIMIT ?",
            String(user), now - limiter.window, limiter.limit
        ).map { try $0.get("attempted_at", as: Timestamp.self) }
        return limiter.waitUntil(failures: failures, at: now)
    }

    func noteFailure(user: UInt64, _ limiter: AttemptLimiter) throws {
        try tx.execute(
            "DELETE FROM credit_voucher_attempts WHERE user_key = ? AND attempted_at <= ?", String(user), now - limiter.window)
        try tx.execute("INSERT INTO credit_voucher_attempts (user_key, attempted_at) VALUES (?, ?)", String(user), now)
    }
}
