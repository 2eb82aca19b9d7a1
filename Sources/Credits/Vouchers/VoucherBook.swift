import Storage
import Support

/// Makes, lists, revokes and redeems vouchers. Each is redeemed by one person once, whoever else tries in the same moment.
public struct VoucherBook: Sendable {
    let database: Database
    let limiter: AttemptLimiter

    /// - Parameter database: opened with ``CreditLedger/schema``.
    public init(_ database: Database, limiter: AttemptLimiter = AttemptLimiter()) {
        self.database = database
        self.limiter = limiter
    }

    /// Makes vouchers and tells their codes, this once.
    ///
    /// - Parameter randomness: 64 bits that nobody can guess, and others with each call.
    /// - Returns: nothing if this batch was made before: its codes cannot be told again.
    public func create(
        _ new: NewVouchers, randomness: @escaping @Sendable () -> UInt64, at now: Timestamp
    ) async throws -> [IssuedVoucher]? {
        try new.credits.check("a voucher")
        try checkID(new.batch, longest: 120, "the batch's name")
        guard (1...NewVouchers.largestCount).contains(new.count) else {
            throw CreditError(.badAmount, "1 to \(NewVouchers.largestCount) vouchers can be made at once, not \(new.count)")
        }
        if let expiry = new.expiresAt, expiry <= now { throw CreditError(.badVoucher, "the vouchers would have expired already") }
        let codes = (0..<new.count).map { _ in VoucherCode(randomness: randomness) }
        return try await database.write { tx in
            let store = VoucherStore(tx, at: now)
            if try store.exists(batch: new.batch) { return nil }
            return try codes.enumerated().map { position, code in
                guard let voucher = try store.insert(code, new, position: position) else {
                    throw CreditError(.badVoucher, "two vouchers would have the same code: is the source of randomness broken?")
                }
                return IssuedVoucher(voucher: voucher, code: code)
            }
        }
    }

    /// Gives the credits of a code to a person.
    public func redeem(_ code: VoucherCode, by user: UInt64, at now: Timestamp) async throws -> RedeemResult {
        let hash = code.hash
        return try await database.write { [limiter] tx in
            let store = VoucherStore(tx, at: now)
            if let until = try store.waitUntil(user: user, limiter) { return .tooManyAttempts(until: until) }
            if let voucher = try store.redeem(hash, by: .user(user)) { return .redeemed(voucher) }
            guard let voucher = try store.voucher(hash) else {
                try store.noteFailure(user: user, limiter)
                return .unknown
            }
            if voucher.redeemedBy == .user(user) { return .redeemedBefore(voucher) }
            try store.noteFailure(user: user, limiter)
            switch voucher.state(at: now) {
            case .revoked: return .revoked
            case .expired: return .expired
            case .redeemed, .open: return .redeemedByAnother
            }
        }
    }

    /// Makes a voucher worthless.
    /// - Returns: the voucher as it now is, redeemed if somebody was quicker; nil if there is none of this number.
    public func revoke(_ number: Int64, at now: Timestamp) async throws -> Voucher? {
        try await database.write { tx in
            try tx.execute(
                "UPDATE credit_vouchers SET revoked_at = ? WHERE number = ? AND redeemed_at IS NULL AND revoked_at IS NULL", now, number)
            return try tx.row("SELECT * FROM credit_vouchers WHERE number = ?", number).map { try Voucher(row: $0) }
        }
    }

    /// Changes what an unredeemed voucher is worth; nil if there is no such, or it would be worth nothing.
    public func adjust(_ code: VoucherCode, by change: CreditAmount, at now: Timestamp) async throws -> Voucher? {
        let hash = code.hash
        return try await database.write { tx in
            try tx.row(
                """
                UPDATE credit_vouchers SET credits = credits + ?
                WHERE code_hash = ? AND redeemed_at IS NULL AND revoked_at IS NULL AND credits + ? BETWEEN 1 AND ?
                RETURNING *
                """, change, hash, change, CreditAmount.largest
            ).map { try Voucher(row: $0) }
        }
    }

    public func voucher(_ number: Int64) async throws -> Voucher? {
        try await database.read { tx in
            try tx.row("SELECT * FROM credit_vouchers WHERE number = ?", number).map { try Voucher(row: $0) }
        }
    }

    /// Whose code this is.
    public func voucher(_ code: VoucherCode) async throws -> Voucher? {
        let hash = code.hash
        return try await database.read { try VoucherStore($0, at: .distantPast).voucher(hash) }
    }

    /// Newest first.
    /// - Parameter before: the number of the last one already seen.
    public func vouchers(limit: Int = 100, before number: Int64? = nil) async throws -> [Voucher] {
        try await database.read { tx in
            try tx.rows(
                "SELECT * FROM credit_vouchers WHERE number < ? ORDER BY number DESC LIMIT ?", number ?? Int64.max,
                max(1, min(limit, 10_000))
            ).map { try Voucher(row: $0) }
        }
    }

    /// What a person has redeemed, newest first.
    public func vouchers(redeemedBy user: UInt64, limit: Int = 100) async throws -> [Voucher] {
        try await database.read { tx in
            try tx.rows(
                "SELECT * FROM credit_vouchers WHERE redeemed_by = ? ORDER BY number DESC LIMIT ?", CreditAccount.user(user),
                max(1, min(limit, 10_000))
            ).map { try Voucher(row: $0) }
        }
    }
}
