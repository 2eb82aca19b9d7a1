import Storage
import Support

/// The seller's own name of a purchase, under which it is credited once.
public struct PurchaseID: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// Discord's entitlement.
    public static func discord(_ entitlement: UInt64) -> PurchaseID { PurchaseID(own: "discord:\(entitlement)") }

    /// A payment by card, by the id of the payment service.
    public static func card(_ payment: String) throws(CreditError) -> PurchaseID {
        try checkID(payment, longest: 90, "a payment's id")
        return PurchaseID(own: "card:\(payment)")
    }

    init(own text: String) { self.text = text }

    public var description: String { text }

    /// The entitlement's snowflake if Discord sold it.
    public var entitlement: UInt64? { text.hasPrefix("discord:") ? UInt64(text.dropFirst("discord:".count)) : nil }
}

extension PurchaseID: SQLConvertible {
    public var sqlValue: SQLValue { .text(text) }
    public init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(own: text)
    }
}

/// Credits that somebody bought.
public struct CreditPurchase: Sendable, Hashable {
    public let id: PurchaseID
    public let account: CreditAccount
    public let sku: String
    public let credits: CreditAmount
    public let creditedAt: Timestamp
    /// When the seller was told that it is used up, so that it can be bought again.
    public let consumedAt: Timestamp?
    /// When credits last went back, if ever.
    public let refundedAt: Timestamp?
    /// How many of the credits went back, or are owed, since money did: 0…`credits`.
    public let returned: CreditAmount
    /// Of these: what could be taken back at once. The rest became debts.
    public let takenBack: CreditAmount?

    init(row: SQLRow) throws {
        id = try row.get("id")
        account = try row.get("account")
        sku = try row.get("sku")
        credits = try row.get("credits")
        creditedAt = try row.get("credited_at")
        consumedAt = try row.get("consumed_at")
        refundedAt = try row.get("refunded_at")
        returned = try row.get("returned")
        takenBack = try row.get("taken_back")
    }
}
