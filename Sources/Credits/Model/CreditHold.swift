import Storage
import Support

/// Credits promised to a request and not yet spent.
public struct CreditHold: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        case held
        /// Paid, all or part of it; the rest is free again.
        case posted
        /// Given back whole.
        case voided
        /// Given back whole because its time was over.
        case expired
    }

    public let id: HoldID
    public let account: CreditAccount
    public let amount: CreditAmount
    public let reason: CreditReason
    /// Who spends: it counts against this person's cap even when a pool pays.
    public let user: UInt64?
    public let guild: UInt64?
    public let state: State
    /// What was paid in the end; nil until it is posted.
    public let posted: CreditAmount?
    public let createdAt: Timestamp
    public let expiresAt: Timestamp
    public let settledAt: Timestamp?

    init(row: SQLRow) throws {
        id = try row.get("id")
        account = try row.get("account")
        amount = try row.get("amount")
        reason = try CreditReason(row: row)
        user = try row.get("user_key", as: String?.self).flatMap(UInt64.init)
        guild = try row.get("guild_key", as: String?.self).flatMap(UInt64.init)
        guard let state = State(rawValue: try row.get("state")) else {
            throw CreditError(.damaged, "a hold's state is none that this program knows; run: troupe credits audit")
        }
        self.state = state
        posted = try row.get("posted")
        createdAt = try row.get("created_at")
        expiresAt = try row.get("expires_at")
        settledAt = try row.get("settled_at")
    }
}

/// What a caller asks to be put aside.
public struct NewHold: Sendable, Hashable {
    public var id: HoldID
    public var account: CreditAccount
    public var amount: CreditAmount
    public var reason: CreditReason
    public var expiresAt: Timestamp
    public var user: UInt64?
    public var guild: UInt64?

    /// - Parameters:
    ///   - account: a user or a guild's pool; houses promise nothing.
    ///   - amount: 1 … ``CreditAmount/largest``.
    ///   - user: who spends, for caps; the account's own user if it is left out.
    public init(
        id: HoldID, account: CreditAccount, amount: CreditAmount, reason: CreditReason, expiresAt: Timestamp, user: UInt64? = nil,
        guild: UInt64? = nil
    ) {
        self.id = id
        self.account = account
        self.amount = amount
        self.reason = reason
        self.expiresAt = expiresAt
        self.user = user ?? { if case .user(let id) = account { id } else { nil } }()
        self.guild = guild
    }
}

public enum HoldResult: Sendable, Hashable {
    case held(CreditHold)
    /// The same hold was there before, in whatever state it now is; nothing changed.
    case existing(CreditHold)
    /// Nothing was put aside: this is all there is.
    case insufficient(available: CreditAmount)
}

/// What became of a hold that was to be ended.
public enum SettleResult: Sendable, Hashable {
    case settled(CreditHold)
    /// It had ended before, perhaps otherwise than asked now; nothing changed.
    case alreadySettled(CreditHold)
    /// There is none of this id: the request was free, or credits were off when it came.
    case unknown
}
