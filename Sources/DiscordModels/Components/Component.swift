import Support

/// Something one can press, choose or fill in. Source: https://discord.com/developers/docs/components/reference
public enum Component: Sendable, Hashable, Codable {
    /// Up to five buttons, or one select menu.
    case actionRow([Component])
    case button(Button)
    case select(SelectMenu)
    /// Only in modals.
    case textInput(TextInput)
    /// A component that has no type here, as it came.
    case other(kind: Int, JSONValue)

    private enum CodingKeys: String, CodingKey {
        case kind = "type"
        case components
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Int.self, forKey: .kind) {
        case 1: self = .actionRow(try container.decode([Component].self, forKey: .components))
        case 2: self = .button(try Button(from: decoder))
        case 3, 5, 6, 7, 8: self = .select(try SelectMenu(from: decoder))
        case 4: self = .textInput(try TextInput(from: decoder))
        case let kind: self = .other(kind: kind, try JSONValue(from: decoder))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .actionRow(let components):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(1, forKey: .kind)
            try container.encode(components, forKey: .components)
        case .button(let button): try button.encode(to: encoder)
        case .select(let menu): try menu.encode(to: encoder)
        case .textInput(let input): try input.encode(to: encoder)
        case .other(_, let value): try value.encode(to: encoder)
        }
    }

    /// This component and all inside it.
    public var flattened: [Component] {
        if case .actionRow(let components) = self { [self] + components.flatMap(\.flattened) } else { [self] }
    }
}
