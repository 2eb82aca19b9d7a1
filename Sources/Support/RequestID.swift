/// The one id of a request: the snowflake of the interaction or message that asked.
///
/// It is the hold's id, the job's unique key, the output's key, the message nonce and the log metadata, so that every
/// step can be repeated under it without harm.
public struct RequestID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public let rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    public init?(_ description: some StringProtocol) {
        guard let value = UInt64(description) else { return nil }
        rawValue = value
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = UInt64(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a request id is a decimal number of 64 bits")
        }
        rawValue = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public var description: String { String(rawValue) }

    public static func < (a: RequestID, b: RequestID) -> Bool { a.rawValue < b.rawValue }
}
