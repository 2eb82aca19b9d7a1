public import Credits

/// What an account holds, as JSON: the credits API answers it, and the command line prints it.
public struct BalanceShape: Encodable, Sendable {
    /// The account's key, as in `user:123`.
    public let account: String
    /// Whole credits, all of them.
    public let posted: Int64
    public let held: Int64
    public let available: Int64
    public let debt: Int64

    public init(_ account: CreditAccount, _ balance: CreditBalance) {
        self.account = account.key
        posted = balance.posted.value
        held = balance.held.value
        available = balance.available.value
        debt = balance.debt.value
    }
}
