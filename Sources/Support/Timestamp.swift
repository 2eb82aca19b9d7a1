/// A moment: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// The one representation of wall time in Troupe; it is what the database stores and what snowflakes carry.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    public var millisecondsSinceEpoch: Int64

    public init(millisecondsSinceEpoch: Int64) { self.millisecondsSinceEpoch = millisecondsSinceEpoch }

    public init(from decoder: any Decoder) throws {
        millisecondsSinceEpoch = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(millisecondsSinceEpoch)
    }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.millisecondsSinceEpoch < b.millisecondsSinceEpoch }
    public static func + (t: Timestamp, d: Duration) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: t.millisecondsSinceEpoch + d.milliseconds)
    }
    public static func - (t: Timestamp, d: Duration) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: t.millisecondsSinceEpoch - d.milliseconds)
    }
    public static func - (a: Timestamp, b: Timestamp) -> Duration { .milliseconds(a.millisecondsSinceEpoch - b.millisecondsSinceEpoch) }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    public var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }

    /// Seconds with a fraction.
    public var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
