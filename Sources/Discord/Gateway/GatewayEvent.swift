import DiscordModels
import NIOCore
import Support

/// What a bot hears of: the dispatch events that somebody here asks for, decoded.
///
/// All others are counted by name and never decoded, but for what ``GatewayCache`` reads of guilds; a new kind of event breaks nothing.
public enum GatewayEvent: Sendable, Hashable {
    /// A new session: events before it are lost.
    case ready(Ready)
    /// The session goes on; whatever was missed has been replayed.
    case resumed
    case interactionCreate(Interaction)
    case messageCreate(Message)
    case messageUpdate(MessageUpdate)
    case messageDelete(MessageDelete)
    case messageDeleteBulk(MessageDeleteBulk)
    case entitlementCreate(Entitlement)
    case entitlementUpdate(Entitlement)
    case entitlementDelete(Entitlement)

    /// Tells an event that has come before from a new one.
    struct ReplayKey: Hashable, Sendable {
        enum Kind { case interaction, message, entitlement }

        let kind: Kind
        let id: UInt64
    }

    private static let known: Set<String> = [
        "READY", "RESUMED", "INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK",
        "ENTITLEMENT_CREATE", "ENTITLEMENT_UPDATE", "ENTITLEMENT_DELETE",
    ]

    static func isKnown(_ name: String) -> Bool { known.contains(name) }

    /// Decodes `d` of the event `name`; nil for one that is not known.
    init?(name: String, data: ByteBuffer) throws {
        guard let event = try data.withUnsafeReadableBytes({ try Self.read(name, $0) }) else { return nil }
        self = event
    }

    private static func read(_ name: String, _ data: UnsafeRawBufferPointer) throws -> Self? {
        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try JSONReader().decode(type, from: data) }
        return switch name {
        case "READY": .ready(try decode(Ready.self))
        case "RESUMED": .resumed
        case "INTERACTION_CREATE": .interactionCreate(try decode(Interaction.self))
        case "MESSAGE_CREATE": .messageCreate(try decode(Message.self))
        case "MESSAGE_UPDATE": .messageUpdate(try decode(MessageUpdate.self))
        case "MESSAGE_DELETE": .messageDelete(try decode(MessageDelete.self))
        case "MESSAGE_DELETE_BULK": .messageDeleteBulk(try decode(MessageDeleteBulk.self))
        case "ENTITLEMENT_CREATE": .entitlementCreate(try decode(Entitlement.self))
        case "ENTITLEMENT_UPDATE": .entitlementUpdate(try decode(Entitlement.self))
        case "ENTITLEMENT_DELETE": .entitlementDelete(try decode(Entitlement.self))
        default: nil
        }
    }

    /// As Discord spells it.
    public var name: String {
        switch self {
        case .ready: "READY"
        case .resumed: "RESUMED"
        case .interactionCreate: "INTERACTION_CREATE"
        case .messageCreate: "MESSAGE_CREATE"
        case .messageUpdate: "MESSAGE_UPDATE"
        case .messageDelete: "MESSAGE_DELETE"
        case .messageDeleteBulk: "MESSAGE_DELETE_BULK"
        case .entitlementCreate: "ENTITLEMENT_CREATE"
        case .entitlementUpdate: "ENTITLEMENT_UPDATE"
        case .entitlementDelete: "ENTITLEMENT_DELETE"
        }
    }

    /// Only what happens once has one: a message may well be edited twice.
    var replayKey: ReplayKey? {
        switch self {
        case .interactionCreate(let interaction): ReplayKey(kind: .interaction, id: interaction.id.rawValue)
        case .messageCreate(let message): ReplayKey(kind: .message, id: message.id.rawValue)
        case .entitlementCreate(let entitlement): ReplayKey(kind: .entitlement, id: entitlement.id.rawValue)
        case .ready, .resumed, .messageUpdate, .messageDelete, .messageDeleteBulk, .entitlementUpdate, .entitlementDelete:
            nil
        }
    }

    /// Which field could not be read, without what stood there: that may be somebody's message.
    static func place(of error: any Error) -> String {
        let (what, context): (String, DecodingError.Context) =
            switch error {
            case DecodingError.keyNotFound(let key, let context): ("no \(key.stringValue)", context)
            case DecodingError.typeMismatch(let type, let context): ("not a \(type)", context)
            case DecodingError.valueNotFound(let type, let context): ("null for a \(type)", context)
            case DecodingError.dataCorrupted(let context): ("malformed", context)
            default: ("unreadable", .init(codingPath: [], debugDescription: ""))
            }
        let path = context.codingPath.prefix(32).map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? what : "\(what) at \(path)"
    }
}
