import Support

/// What one may do, as a set of bits; JSON carries the number as a string.
/// Source: https://discord.com/developers/docs/topics/permissions
public struct Permissions: OptionSet, Sendable, Hashable, Codable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let administrator = Self(rawValue: 1 << 3)
    public static let manageGuild = Self(rawValue: 1 << 5)
    public static let viewChannel = Self(rawValue: 1 << 10)
    public static let sendMessages = Self(rawValue: 1 << 11)
    public static let manageMessages = Self(rawValue: 1 << 13)
    public static let embedLinks = Self(rawValue: 1 << 14)
    public static let attachFiles = Self(rawValue: 1 << 15)
    public static let readMessageHistory = Self(rawValue: 1 << 16)
    public static let manageWebhooks = Self(rawValue: 1 << 29)
    public static let useApplicationCommands = Self(rawValue: 1 << 31)
    public static let sendMessagesInThreads = Self(rawValue: 1 << 38)

    public init(from decoder: any Decoder) throws {
        if let number = JSONReader.decimal(decoder) {
            rawValue = number
            return
        }
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            rawValue = UInt64(text) ?? 0
        } else {
            rawValue = try container.decode(UInt64.self)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(rawValue))
    }
}
