import Support

/// Discord's id: 42 bits of milliseconds since 2015, 10 bits of machine, 12 bits of count.
///
/// Inside the emulator one type for all kinds is enough: ids arrive untyped in paths and JSON, and looking one up in the wrong
/// table simply finds nothing, as on Discord.
struct ID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    let raw: UInt64

    init(_ raw: UInt64) { self.raw = raw }

    /// Digits only, as Discord reads them.
    init?(_ text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.count <= 20, text.utf8.allSatisfy({ (48...57).contains($0) }), let raw = UInt64(text) else {
            return nil
        }
        self.raw = raw
    }

    /// The `count`th id of a moment.
    init(at moment: Timestamp, count: UInt64 = 0) {
        raw = UInt64(max(0, moment.millisecondsSinceEpoch - Self.discordEpoch)) << 22 | (count & 0x3F_FFFF)
    }

    static let discordEpoch: Int64 = 1_420_070_400_000

    /// When the id was made.
    var moment: Timestamp { Timestamp(millisecondsSinceEpoch: Int64(raw >> 22) + Self.discordEpoch) }
    var description: String { String(raw) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = ID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no id")
        }
        self = id
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    static func < (a: ID, b: ID) -> Bool { a.raw < b.raw }
}

/// Hands out ids that only grow, also when many are asked for in one millisecond or the clock steps back.
struct IDMint: Sendable, Codable {
    private var last = ID(0)

    mutating func next(at moment: Timestamp) -> ID {
        let fresh = ID(at: moment)
        last = fresh > last ? fresh : ID(last.raw + 1)
        return last
    }
}
