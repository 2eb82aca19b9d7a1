/// What a gateway payload is. Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway
public struct GatewayOpcode: RawRepresentable, Sendable, Hashable, Codable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let dispatch = Self(rawValue: 0)
    public static let heartbeat = Self(rawValue: 1)
    public static let identify = Self(rawValue: 2)
    public static let presenceUpdate = Self(rawValue: 3)
    public static let voiceStateUpdate = Self(rawValue: 4)
    public static let resume = Self(rawValue: 6)
    public static let reconnect = Self(rawValue: 7)
    public static let requestGuildMembers = Self(rawValue: 8)
    public static let invalidSession = Self(rawValue: 9)
    public static let hello = Self(rawValue: 10)
    public static let heartbeatAcknowledge = Self(rawValue: 11)
}
