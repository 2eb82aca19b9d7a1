/// Something sold by the application.
public enum SKU {}

public typealias EntitlementID = Snowflake<Entitlement>
public typealias SKUID = Snowflake<SKU>

/// A user's or a guild's right to something sold. Source: https://discord.com/developers/docs/resources/entitlement
public struct Entitlement: Sendable, Hashable, Codable {
    /// How it was come by; values unknown here are kept.
    public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let purchase = Self(rawValue: 1)
        public static let developerGift = Self(rawValue: 3)
        public static let testModePurchase = Self(rawValue: 4)
        public static let applicationSubscription = Self(rawValue: 8)
    }

    public var id: EntitlementID
    public var skuID: SKUID
    public var applicationID: ApplicationID
    public var userID: UserID?
    public var guildID: GuildID?
    public var kind: Kind
    public var deleted: Bool?
    /// Whether a consumable one has been used up.
    public var consumed: Bool?
    /// ISO 8601.
    public var startsAt: String?
    public var endsAt: String?

    public init(
        id: EntitlementID, skuID: SKUID, applicationID: ApplicationID, userID: UserID? = nil, guildID: GuildID? = nil, kind: Kind,
        deleted: Bool? = nil, consumed: Bool? = nil, startsAt: String? = nil, endsAt: String? = nil
    ) {
        self.id = id
        self.skuID = skuID
        self.applicationID = applicationID
        self.userID = userID
        self.guildID = guildID
        self.kind = kind
        self.deleted = deleted
        self.consumed = consumed
        self.startsAt = startsAt
        self.endsAt = endsAt
    }

    enum CodingKeys: String, CodingKey {
        case id, deleted, consumed
        case skuID = "sku_id"
        case applicationID = "application_id"
        case userID = "user_id"
        case guildID = "guild_id"
        case kind = "type"
        case startsAt = "starts_at"
        case endsAt = "ends_at"
    }
}
