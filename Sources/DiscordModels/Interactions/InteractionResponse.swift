/// The first answer to an interaction, due within three seconds.
/// Source: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object
public enum InteractionResponse: Sendable, Hashable, Encodable {
    case pong
    /// An answer at once.
    case message(OutgoingMessage)
    /// "… is thinking"; the answer follows as an edit of the original response.
    case deferredMessage(ephemeral: Bool)
    /// Component: nothing to see yet; the message may be edited later.
    case deferredUpdate
    /// Component: edits the message it is on.
    case update(MessageEdit)
    /// Autocomplete: up to 25.
    case choices([CommandChoice])
    case modal(Modal)

    private enum CodingKeys: String, CodingKey { case kind = "type", data }
    private struct Deferred: Encodable { var flags: MessageFlags }
    private struct Choices: Encodable { var choices: [CommandChoice] }

    /// The number on the wire.
    public var kind: Int {
        switch self {
        case .pong: 1
        case .message: 4
        case .deferredMessage: 5
        case .deferredUpdate: 6
        case .update: 7
        case .choices: 8
        case .modal: 9
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        switch self {
        case .pong, .deferredUpdate: break
        case .message(let message): try container.encode(message, forKey: .data)
        case .deferredMessage(let ephemeral): if ephemeral { try container.encode(Deferred(flags: .ephemeral), forKey: .data) }
        case .update(let edit): try container.encode(edit, forKey: .data)
        case .choices(let choices): try container.encode(Choices(choices: choices), forKey: .data)
        case .modal(let modal): try container.encode(modal, forKey: .data)
        }
    }
}

/// A window with fields. Source: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal
public struct Modal: Sendable, Hashable, Codable {
    public var customID: String
    /// Up to 45 characters.
    public var title: String
    public var components: [Component]

    public init(customID: String, title: String, components: [Component]) {
        self.customID = customID
        self.title = title
        self.components = components
    }

    enum CodingKeys: String, CodingKey {
        case title, components
        case customID = "custom_id"
    }
}
