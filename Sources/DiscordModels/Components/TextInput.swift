/// A field of a modal. Source: https://discord.com/developers/docs/components/reference#text-input
public struct TextInput: Sendable, Hashable, Codable {
    public struct Style: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let short = Self(rawValue: 1)
        public static let paragraph = Self(rawValue: 2)
    }

    public var kind = 4
    public var customID: String
    public var style: Style?
    public var label: String?
    public var minimumLength: Int?
    /// At most 4,000.
    public var maximumLength: Int?
    public var isRequired: Bool?
    /// What is in the field at first; and what the user wrote, when a modal is submitted.
    public var value: String?
    public var placeholder: String?

    public init(
        customID: String, style: Style, label: String, minimumLength: Int? = nil, maximumLength: Int? = nil, isRequired: Bool? = nil,
        value: String? = nil, placeholder: String? = nil
    ) {
        self.customID = customID
        self.style = style
        self.label = label
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
        self.isRequired = isRequired
        self.value = value
        self.placeholder = placeholder
    }

    enum CodingKeys: String, CodingKey {
        case style, label, value, placeholder
        case kind = "type"
        case customID = "custom_id"
        case minimumLength = "min_length"
        case maximumLength = "max_length"
        case isRequired = "required"
    }
}
