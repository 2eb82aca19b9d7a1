import Support

/// A parameter of a command, or a sub-command.
/// Source: https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-structure
public struct CommandOption: Sendable, Hashable, Codable {
    /// What a value may be; values unknown here are kept.
    public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let subcommand = Self(rawValue: 1)
        public static let subcommandGroup = Self(rawValue: 2)
        public static let string = Self(rawValue: 3)
        public static let integer = Self(rawValue: 4)
        public static let boolean = Self(rawValue: 5)
        public static let user = Self(rawValue: 6)
        public static let channel = Self(rawValue: 7)
        public static let role = Self(rawValue: 8)
        public static let mentionable = Self(rawValue: 9)
        public static let number = Self(rawValue: 10)
        public static let attachment = Self(rawValue: 11)
    }

    public var kind: Kind
    public var name: String
    public var description: String
    public var isRequired: Bool?
    /// Up to 25 fixed values; not together with ``hasAutocomplete``.
    public var choices: [CommandChoice]?
    /// Of sub-commands and their groups.
    public var options: [CommandOption]?
    /// Smallest value of integers and numbers.
    public var minimumValue: Double?
    public var maximumValue: Double?
    /// Fewest characters of strings.
    public var minimumLength: Int?
    public var maximumLength: Int?
    public var hasAutocomplete: Bool?

    public init(
        kind: Kind, name: String, description: String, isRequired: Bool? = nil, choices: [CommandChoice]? = nil,
        options: [CommandOption]? = nil, minimumValue: Double? = nil, maximumValue: Double? = nil, minimumLength: Int? = nil,
        maximumLength: Int? = nil, hasAutocomplete: Bool? = nil
    ) {
        self.kind = kind
        self.name = name
        self.description = description
        self.isRequired = isRequired
        self.choices = choices
        self.options = options
        self.minimumValue = minimumValue
        self.maximumValue = maximumValue
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
        self.hasAutocomplete = hasAutocomplete
    }

    enum CodingKeys: String, CodingKey {
        case name, description, choices, options
        case kind = "type"
        case isRequired = "required"
        case minimumValue = "min_value"
        case maximumValue = "max_value"
        case minimumLength = "min_length"
        case maximumLength = "max_length"
        case hasAutocomplete = "autocomplete"
    }
}

/// A value offered to the user, and the name it is offered by.
public struct CommandChoice: Sendable, Hashable, Codable {
    /// 1–100 characters.
    public var name: String
    /// A string of up to 100 characters, or a number.
    public var value: JSONValue

    public init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }
}
