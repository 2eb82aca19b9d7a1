/// A menu of choices: of texts, or of users, roles, channels. Source: https://discord.com/developers/docs/components/reference#string-select
public struct SelectMenu: Sendable, Hashable, Codable {
    public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let strings = Self(rawValue: 3)
        public static let users = Self(rawValue: 5)
        public static let roles = Self(rawValue: 6)
        public static let mentionables = Self(rawValue: 7)
        public static let channels = Self(rawValue: 8)
    }

    public struct Option: Sendable, Hashable, Codable {
        public var label: String
        public var value: String
        public var description: String?
        public var isDefault: Bool?

        public init(label: String, value: String, description: String? = nil, isDefault: Bool? = nil) {
            self.label = label
            self.value = value
            self.description = description
            self.isDefault = isDefault
        }

        enum CodingKeys: String, CodingKey {
            case label, value, description
            case isDefault = "default"
        }
    }

    public var kind: Kind
    public var customID: String
    /// Only of string menus; 1 to 25.
    public var options: [Option]?
    public var placeholder: String?
    public var minimumValues: Int?
    public var maximumValues: Int?
    public var isDisabled: Bool?

    public init(
        kind: Kind = .strings, customID: String, options: [Option]? = nil, placeholder: String? = nil, minimumValues: Int? = nil,
        maximumValues: Int? = nil, isDisabled: Bool? = nil
    ) {
        self.kind = kind
        self.customID = customID
        self.options = options
        self.placeholder = placeholder
        self.minimumValues = minimumValues
        self.maximumValues = maximumValues
        self.isDisabled = isDisabled
    }

    enum CodingKeys: String, CodingKey {
        case options, placeholder
        case kind = "type"
        case customID = "custom_id"
        case minimumValues = "min_values"
        case maximumValues = "max_values"
        case isDisabled = "disabled"
    }
}
