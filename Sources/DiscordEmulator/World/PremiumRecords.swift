import Support

/// What an application sells.
struct SKURecord: Sendable, Codable {
    enum Kind: Int, Sendable, Codable {
        case durable = 2
        case consumable = 3
        case subscription = 5
    }

    let id: ID
    let applicationID: ID
    let kind: Kind
    var name: String
    /// Of a subscription: for a whole guild instead of one user.
    var isForGuilds = false
    /// What the page shows; Discord does not tell it to applications.
    var price: String?

    var slug: String {
        name.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }).joined(separator: "-")
    }
}

/// That a user or a guild has bought something.
struct EntitlementRecord: Sendable, Codable {
    enum Kind: Int, Sendable, Codable {
        case purchase = 1
        case developerGift = 3
        case testModePurchase = 4
        case applicationSubscription = 8
    }

    let id: ID
    let skuID: ID
    let applicationID: ID
    let userID: ID
    var guildID: ID?
    let kind: Kind
    /// Nil for one that the application made for a test.
    var startsAt: Timestamp?
    var endsAt: Timestamp?
    var isConsumed = false
    /// Refunded, or a test that is over.
    var isDeleted = false
    var subscriptionID: ID?

    func isActive(at now: Timestamp) -> Bool { !isDeleted && !isConsumed && endsAt.map { $0 > now } ?? true }
}

struct SubscriptionRecord: Sendable, Codable {
    enum Status: Int, Sendable, Codable {
        case active = 0
        case ending = 1
        case inactive = 2
    }

    let id: ID
    let userID: ID
    let skuID: ID
    let entitlementID: ID
    var periodStart: Timestamp
    var periodEnd: Timestamp
    var canceledAt: Timestamp?
    var status = Status.active

    static let period: Duration = .seconds(30 * 86_400)
}
