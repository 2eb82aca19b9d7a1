import Storage
import Support

/// Credits that moved, once and for ever: no transfer is changed or removed. What was wrong is put right by another one.
public struct CreditTransfer: Sendable, Hashable {
    public let id: TransferID
    /// Counts up with every transfer.
    public let number: Int64
    /// Where the credits came from.
    public let debit: CreditAccount
    /// Where they went.
    public let credit: CreditAccount
    public let amount: CreditAmount
    public let reason: CreditReason
    /// The transfer that this one gives back, all or part of it.
    public let refundOf: TransferID?
    public let createdAt: Timestamp

    init(row: SQLRow) throws {
        id = try row.get("id")
        number = try row.get("number")
        debit = try row.get("debit")
        credit = try row.get("credit")
        amount = try row.get("amount")
        reason = try CreditReason(row: row)
        refundOf = try row.get("refund_of")
        createdAt = try row.get("created_at")
    }
}

/// One line of an account's statement.
public struct CreditMovement: Sendable, Hashable {
    public let transfer: CreditTransfer
    /// Counts up within the account, from 1.
    public let sequence: Int64
    /// Above zero came in, below zero went out.
    public let change: CreditAmount
    /// What the account held afterwards.
    public let balance: CreditAmount

    /// The other side.
    public var counterpart: CreditAccount { change < .zero ? transfer.credit : transfer.debit }
}

/// What an account has.
public struct CreditBalance: Sendable, Hashable {
    /// Everything that came in less everything that went out.
    public let posted: CreditAmount
    /// The part that is promised to requests under way.
    public let held: CreditAmount
    /// What is still to be paid back out of later income.
    public let debt: CreditAmount

    /// What can be spent now: posted − held.
    public var available: CreditAmount { posted - held }

    public init(posted: CreditAmount, held: CreditAmount, debt: CreditAmount = .zero) {
        self.posted = posted
        self.held = held
        self.debt = debt
    }

    public static let zero = CreditBalance(posted: .zero, held: .zero, debt: .zero)
}
