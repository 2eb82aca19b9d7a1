import Storage
import Support

/// What became of a wish to spend.
public enum Reservation: Sendable, Hashable {
    case free
    /// Put aside, now or by an earlier try of the same request.
    case held(CreditHold)
    case refused(QuoteRefusal)
}

extension CreditLedger {
    /// Gives a person the allowances of this period that they do not have yet. Returns what came.
    @discardableResult
    public func giveAllowances(
        _ policy: CreditPolicy, user: UInt64, roles: Set<UInt64>, at now: Timestamp
    ) async throws -> CreditAmount {
        guard !policy.allowances.isEmpty else { return .zero }
        return try await database.write { try LedgerTransaction($0, at: now).giveAllowances(policy, user: user, roles: roles) }
    }

    /// What a request would cost and who would pay, were it made now. Changes nothing; allowances that are due are counted.
    public func quote(_ policy: CreditPolicy, for request: QuoteRequest, at now: Timestamp) async throws -> Quote {
        try await database.read { tx in
            let ledger = LedgerTransaction(tx, at: now)
            var facts = try ledger.facts(for: request)
            for (id, allowance) in policy.allowances(user: request.user, roles: request.roles, at: now) where try ledger.transfer(id) == nil
            {
                facts.user = facts.user + allowance.amount
            }
            return policy.quote(for: request, facts: facts, at: now)
        }
    }

    /// Quotes a request and puts its price aside, within the caller's transaction, so that what it pays for is enqueued with it or not
    /// at all. A repeat under the same id finds what was put aside before.
    public func reserve(
        _ id: HoldID, _ policy: CreditPolicy, for request: QuoteRequest, note: String, expiresAt: Timestamp, at now: Timestamp,
        in transaction: Transaction
    ) throws -> Reservation {
        let ledger = LedgerTransaction(transaction, at: now)
        if let there = try ledger.hold(id) { return .held(there) }
        try ledger.giveAllowances(policy, user: request.user, roles: request.roles)
        // From here on nobody else spends what the facts say.
        try ledger.lock(.user(request.user))
        if let guild = request.guild { try ledger.lock(.guildPool(guild)) }
        switch policy.quote(for: request, facts: try ledger.facts(for: request), at: now) {
        case .free: return .free
        case .refused(let refusal): return .refused(refusal)
        case .payable(let price, let account):
            let new = NewHold(
                id: id, account: account, amount: price, reason: CreditReason(.work, note), expiresAt: expiresAt, user: request.user,
                guild: request.guild)
            switch try ledger.hold(new) {
            case .held(let hold), .existing(let hold): return .held(hold)
            case .insufficient(let available): return .refused(.insufficient(price: price, available: available))
            }
        }
    }
}

extension LedgerTransaction {
    @discardableResult
    func giveAllowances(_ policy: CreditPolicy, user: UInt64, roles: Set<UInt64>) throws -> CreditAmount {
        var came = CreditAmount.zero
        for (id, allowance) in policy.allowances(user: user, roles: roles, at: now) where try transfer(id) == nil {
            _ = try transfer(
                id, from: .house(.issued), to: .user(user), allowance.amount, CreditReason(.allowance, allowance.name))
            came = came + allowance.amount
        }
        return came
    }

    func facts(for request: QuoteRequest) throws -> QuoteFacts {
        let today = CreditPeriod.daily.start(at: now)
        let spent = """
            SELECT CAST(SUM(COALESCE(posted, amount)) AS BIGINT) FROM credit_holds
            WHERE state IN ('held', 'posted') AND created_at >= ? AND
            """
        let userSpent = try tx.value(Int64.self, sql: spent + " user_key = ?", today, String(request.user))
        let guildSpent = try request.guild.flatMap {
            try tx.value(Int64.self, sql: spent + " guild_key = ?", today, String($0))
        }
        return QuoteFacts(
            user: try balance(of: .user(request.user)).available,
            pool: try request.guild.map { try balance(of: .guildPool($0)).available } ?? .zero,
            userSpent: CreditAmount(userSpent ?? 0), guildSpent: CreditAmount(guildSpent ?? 0))
    }
}
