import Storage
import Support

/// Credits that always add up: a double-entry ledger on the database.
///
/// Every call is one transaction and can be repeated: what a caller names by an id is done once, however often it is asked
/// for. What a decision rests on is locked by the row, so that calls on PostgreSQL wait only for others on the same account.
/// Every call that writes has a form that joins the caller's transaction, so that a hold and the job it pays for stand
/// or fall together.
public struct CreditLedger: Sendable {
    let database: Database

    /// - Parameter database: opened with ``schema``.
    public init(_ database: Database) { self.database = database }

    /// One transaction for several steps of the ledger and of others who join transactions: all of it is written or, if `body`
    /// throws, nothing. `body` has no effects but on the transaction, and may be run again.
    public func transaction<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await database.write(body)
    }

    // MARK: Transfers

    /// Moves credits from one account to another.
    ///
    /// - Throws: ``CreditError`` with the code `insufficient` if the debit account has too little available, `keyReused` if the
    ///   id was used for something else.
    /// - Returns: the transfer, also when it had been made before.
    @discardableResult
    public func transfer(
        id: TransferID, from debit: CreditAccount, to credit: CreditAccount, amount: CreditAmount, reason: CreditReason,
        at now: Timestamp
    ) async throws -> CreditTransfer {
        try await database.write(isolation: .locking) { tx in
            try transfer(id: id, from: debit, to: credit, amount: amount, reason: reason, at: now, in: tx)
        }
    }

    /// As ``transfer(id:from:to:amount:reason:at:)``, within the caller's transaction.
    @discardableResult
    public func transfer(
        id: TransferID, from debit: CreditAccount, to credit: CreditAccount, amount: CreditAmount, reason: CreditReason,
        at now: Timestamp, in transaction: Transaction
    ) throws -> CreditTransfer {
        try LedgerTransaction(transaction, at: now).transfer(id, from: debit, to: credit, amount, reason)
    }

    /// Gives credits away, out of nothing but the house's account ``CreditAccount/House/issued``.
    @discardableResult
    public func grant(
        id: TransferID, to account: CreditAccount, amount: CreditAmount, reason: CreditReason = CreditReason(.grant), at now: Timestamp
    ) async throws -> CreditTransfer {
        try await transfer(id: id, from: .house(.issued), to: account, amount: amount, reason: reason, at: now)
    }

    /// Gives back all or part of a transfer by another one in the other direction. All refunds of one transfer together are
    /// at most its amount.
    ///
    /// - Parameter amount: nil for all that was not yet given back.
    @discardableResult
    public func refund(
        id: TransferID, of original: TransferID, amount: CreditAmount? = nil, reason: CreditReason = CreditReason(.refund),
        at now: Timestamp
    ) async throws -> CreditTransfer {
        try await database.write(isolation: .locking) { tx in
            try LedgerTransaction(tx, at: now).refund(id, of: original, amount, reason)
        }
    }

    public func transfer(_ id: TransferID) async throws -> CreditTransfer? {
        try await database.read { try LedgerTransaction($0, at: .distantPast).transfer(id) }
    }

    // MARK: Holds

    /// Puts credits aside for a request.
    public func hold(_ hold: NewHold, at now: Timestamp) async throws -> HoldResult {
        try await database.write(isolation: .locking) { try self.hold(hold, at: now, in: $0) }
    }

    /// As ``hold(_:at:)``, within the caller's transaction.
    public func hold(_ hold: NewHold, at now: Timestamp, in transaction: Transaction) throws -> HoldResult {
        try LedgerTransaction(transaction, at: now).hold(hold)
    }

    /// Pays out of a hold; what is left of it is free again.
    ///
    /// - Parameter amount: 0 … what is held; nil for all of it; 0 gives all of it back.
    public func post(
        _ id: HoldID, amount: CreditAmount? = nil, to house: CreditAccount.House = .revenue, at now: Timestamp
    ) async throws -> SettleResult {
        try await database.write(isolation: .locking) { try post(id, amount: amount, to: house, at: now, in: $0) }
    }

    /// As ``post(_:amount:to:at:)``, within the caller's transaction.
    public func post(
        _ id: HoldID, amount: CreditAmount? = nil, to house: CreditAccount.House = .revenue, at now: Timestamp,
        in transaction: Transaction
    ) throws -> SettleResult {
        try LedgerTransaction(transaction, at: now).post(id, amount: amount, to: house)
    }

    /// Gives a hold back whole.
    public func void(_ id: HoldID, at now: Timestamp) async throws -> SettleResult {
        try await database.write(isolation: .locking) { try void(id, at: now, in: $0) }
    }

    /// As ``void(_:at:)``, within the caller's transaction.
    public func void(_ id: HoldID, at now: Timestamp, in transaction: Transaction) throws -> SettleResult {
        try LedgerTransaction(transaction, at: now).void(id, as: .voided)
    }

    /// Gives back what was held for too long, at most `limit` holds. Returns how many.
    @discardableResult
    public func expireHolds(at now: Timestamp, limit: Int = 100) async throws -> Int {
        try await database.write(isolation: .locking) { try LedgerTransaction($0, at: now).expireHolds(limit: limit) }
    }

    public func hold(_ id: HoldID) async throws -> CreditHold? {
        try await database.read { try LedgerTransaction($0, at: .distantPast).hold(id) }
    }

    // MARK: Reading

    public func balance(of account: CreditAccount) async throws -> CreditBalance {
        try await database.read { try balance(of: account, in: $0) }
    }

    /// As ``balance(of:)``, within the caller's transaction.
    public func balance(of account: CreditAccount, in transaction: Transaction) throws -> CreditBalance {
        try LedgerTransaction(transaction, at: .distantPast).balance(of: account)
    }
}

extension Timestamp {
    /// For reading, which needs no hour.
    static let distantPast = Timestamp(millisecondsSinceEpoch: 0)
}
