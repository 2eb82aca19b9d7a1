import Support

/// A Discord id, typed by what it names: `Snowflake<Message>` cannot be handed where a channel's id is wanted.
///
/// 64 bits: milliseconds since 2015-01-01, worker, process, increment. JSON carries it as a decimal string.
/// Source: https://discord.com/developers/docs/reference#snowflakes
public struct Snowflake<Entity>: Sendable, Hashable, Comparable, RawRepresentable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// Reads the decimal string of the API; nil when it is none.
    public init?(_ text: some StringProtocol) {
        guard let value = UInt64(text) else { return nil }
        rawValue = value
    }

    /// Milliseconds since 1970 at which the id was made.
    public var millisecondsSinceEpoch: Int64 { Int64(rawValue >> 22) + discordEpochMilliseconds }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// The same number as the id of something else; Discord itself reuses some, as a guild's id for its everyone role.
    public func cast<Other>(to: Other.Type = Other.self) -> Snowflake<Other> { Snowflake<Other>(rawValue) }
}

/// The first millisecond of 2015, from which snowflakes count.
public let discordEpochMilliseconds: Int64 = 1_420_070_400_000

extension Snowflake: CustomStringConvertible, LosslessStringConvertible {
    public init?(_ description: String) {
        guard let value = UInt64(description) else { return nil }
        rawValue = value
    }

    public var description: String { String(rawValue) }
}

extension Snowflake: Codable, CodingKeyRepresentable {
    /// Takes a decimal string, and a plain number where a server writes one.
    public init(from decoder: any Decoder) throws {
        if let number = JSONReader.decimal(decoder) {
            rawValue = number
            return
        }
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            guard let value = UInt64(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "a snowflake is a decimal number of 64 bits")
            }
            rawValue = value
        } else {
            rawValue = try container.decode(UInt64.self)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public var codingKey: any CodingKey { SnowflakeKey(stringValue: description) }

    public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}

private struct SnowflakeKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
