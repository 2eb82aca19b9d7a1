/// Which conversation: the one name under which turns are kept together, and apart from all others.
///
/// Its text is the serial key of the jobs that answer, so that a conversation never has two answers under way.
public enum ConversationKey: Sendable, Hashable, CustomStringConvertible {
    /// Begins with this message.
    case replyChain(MessageKey, in: ChannelKey)
    case thread(ChannelKey)
    case personInChannel(PersonKey, ChannelKey)
    case everyoneInChannel(ChannelKey)

    public var scope: ConversationScope {
        switch self {
        case .replyChain: .replyChain
        case .thread: .thread
        case .personInChannel: .personInChannel
        case .everyoneInChannel: .everyoneInChannel
        }
    }

    public var channel: ChannelKey {
        switch self {
        case .replyChain(_, let channel), .thread(let channel), .personInChannel(_, let channel), .everyoneInChannel(let channel): channel
        }
    }

    /// Whether it goes on from its last turn; a reply chain goes on from the message that is answered.
    public var isLinear: Bool { scope != .replyChain }

    /// Whether several people speak in it.
    public var isShared: Bool { scope != .personInChannel }

    /// As `person_in_channel:1002:4` : scope, channel, and the message or person if there is one.
    public var description: String {
        switch self {
        case .replyChain(let root, let channel): "\(scope.rawValue):\(channel):\(root)"
        case .personInChannel(let person, let channel): "\(scope.rawValue):\(channel):\(person)"
        case .thread(let channel), .everyoneInChannel(let channel): "\(scope.rawValue):\(channel)"
        }
    }

    /// Reads ``description``.
    public init?(_ description: some StringProtocol) {
        let parts = description.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 2, let scope = ConversationScope(rawValue: String(parts[0])),
            let channel = UInt64(parts[1]).map(ChannelKey.init)
        else { return nil }
        let last = parts.count == 3 ? UInt64(parts[2]) : nil
        switch (scope, parts.count, last) {
        case (.replyChain, 3, let root?): self = .replyChain(MessageKey(root), in: channel)
        case (.personInChannel, 3, let person?): self = .personInChannel(PersonKey(person), channel)
        case (.thread, 2, _): self = .thread(channel)
        case (.everyoneInChannel, 2, _): self = .everyoneInChannel(channel)
        default: return nil
        }
    }
}

extension ConversationKey: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let key = ConversationKey(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "this is no conversation's key")
        }
        self = key
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
