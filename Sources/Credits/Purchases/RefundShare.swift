import Support

/// How much of what was paid has gone back so far: a fraction, since money and credits are counted differently.
public struct RefundShare: Sendable, Hashable {
    /// Of the money, in any unit; 1…`total`.
    public let returned: Int64
    /// What was paid, in the same unit.
    public let total: Int64

    public static let all = RefundShare(whole: 1)

    /// Nil unless something went back, and no more than was paid.
    public init?(_ returned: Int64, of total: Int64) {
        guard total > 0, (1...total).contains(returned) else { return nil }
        (self.returned, self.total) = (returned, total)
    }

    private init(whole: Int64) { (returned, total) = (whole, whole) }

    /// What this is of so many credits, rounded in favour of whom they belong to.
    func part(of credits: CreditAmount) -> CreditAmount {
        CreditAmount(total.dividingFullWidth(credits.value.multipliedFullWidth(by: returned)).quotient)
    }
}
