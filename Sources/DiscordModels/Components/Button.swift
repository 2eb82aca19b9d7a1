/// A button. Source: https://discord.com/developers/docs/components/reference#button
public struct Button: Sendable, Hashable, Codable {
    public struct Style: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let primary = Self(rawValue: 1)
        public static let secondary = Self(rawValue: 2)
        public static let success = Self(rawValue: 3)
        public static let danger = Self(rawValue: 4)
        public static let link = Self(rawValue: 5)
        public static let premium = Self(rawValue: 6)
    }

    public var kind = 2
    public var style: Style
    /// Up to 80 characters.
    public var label: String?
    public var emoji: Emoji?
    /// 1 to 100 characters; comes back when the button is pressed. Absent on links and on what is for sale.
    public var customID: String?
    public var url: String?
    /// What a premium button sells; such a button has nothing else.
    public var skuID: SKUID?
    public var isDisabled: Bool?

    public init(
        _ label: String?, style: Style = .secondary, customID: String? = nil, emoji: Emoji? = nil, url: String? = nil,
        isDisabled: Bool? = nil
    ) {
        self.label = label
        self.style = style
        self.customID = customID
        self.emoji = emoji
        self.url = url
        self.isDisabled = isDisabled
    }

    /// Opens Discord's shop at something that the application sells.
    public static func premium(_ sku: SKUID) -> Button {
        var button = Button(nil, style: .premium)
        button.skuID = sku
        return button
    }

    enum CodingKeys: String, CodingKey {
        case style, label, emoji, url
        case skuID = "sku_id"
        case kind = "type"
        case customID = "custom_id"
        case isDisabled = "disabled"
    }
}

/// A Unicode emoji (name only) or a guild's own.
public struct Emoji: Sendable, Hashable, Codable {
    public var id: Snowflake<Emoji>?
    public var name: String?

    public init(_ name: String) { self.name = name }
}
