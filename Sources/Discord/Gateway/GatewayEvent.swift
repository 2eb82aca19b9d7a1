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
        let name: String
        let id: UInt64
    }

    private static let known: Set<String> = [
        "READY", "RESUMED", "INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK",
        "ENTITLEMENT_CREATE", "ENTITLEMENT_UPDATE", "ENTITLEMENT_DELETE",
    ]

    static func isKnown(_ name: String) -> Bool { known.contains(name) }

    /// Decodes `d` of the event `name`; nil for one that is not known.
    init?(name: String, data: ByteBuffer) throws {
        let (decoder, data) = (JSONReader(), data.readableBytesView)
        switch name {
        case "READY": self = .ready(try decoder.decode(Ready.self, from: data))
        case "RESUMED": self = .resumed
        case "INTERACTION_CREATE": self = .interactionCreate(try decoder.decode(Interaction.self, from: data))
        case "MESSAGE_CREATE": self = .messageCreate(try decoder.decode(Message.self, from: data))
        case "MESSAGE_UPDATE": self = .messageUpdate(try decoder.decode(MessageUpdate.self, from: data))
        case "MESSAGE_DELETE": self = .messageDelete(try decoder.decode(MessageDelete.self, from: data))
        case "MESSAGE_DELETE_BULK": self = .messageDeleteBulk(try decoder.decode(MessageDeleteBulk.self, from: data))
        case "ENTITLEMENT_CREATE": self = .entitlementCreate(try decoder.decode(Entitlement.self, from: data))
        case "ENTITLEMENT_UPDATE": self = .entitlementUpdate(try decoder.decode(Entitlement.self, from: data))
        case "ENTITLEMENT_DELETE": self = .entitlementDelete(try decoder.decode(Entitlement.self, from: data))
        default: return nil
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
        case .interactionCreate(let interaction): ReplayKey(name: name, id: interaction.id.rawValue)
        case .messageCreate(let message): ReplayKey(name: name, id: message.id.rawValue)
        case .entitlementCreate(let entitlement): ReplayKey(name: name, id: entitlement.id.rawValue)
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
