import Storage

/// An id that Discord gave, typed by what it names, as this room keeps it: 64 bits, of whose meaning it knows nothing.
public protocol MemoryKey: RawRepresentable<UInt64>, Sendable, Hashable, Comparable, Codable, SQLConvertible, CustomStringConvertible {
    init(rawValue: UInt64)
}

extension MemoryKey {
    public init(_ rawValue: UInt64) { self.init(rawValue: rawValue) }

    public var description: String { String(rawValue) }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// Stored as its 64 bits; a snowflake stays positive until the year 2084.
    public var sqlValue: SQLValue { .integer(Int64(bitPattern: rawValue)) }

    public init?(sqlValue: SQLValue) {
        guard case .integer(let value) = sqlValue else { return nil }
        self.init(rawValue: UInt64(bitPattern: value))
    }

    /// Reads a decimal string: JSON's numbers do not hold 64 bits everywhere.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = UInt64(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "an id is a decimal number of 64 bits")
        }
        self.init(rawValue: value)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A person (or a bot) by the id of their account.
public struct PersonKey: MemoryKey {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// A guild; all direct messages with the bot count as one of their own.
public struct GuildKey: MemoryKey {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let directMessages = GuildKey(rawValue: 0)
}

/// A channel or a thread.
public struct ChannelKey: MemoryKey {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// A message.
public struct MessageKey: MemoryKey {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}
