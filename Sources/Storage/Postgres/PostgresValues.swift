/// Values in PostgreSQL's binary format. Source: the `…send` and `…recv` functions of the server, as `numeric_send`.
enum PostgresType {
    static let bool: UInt32 = 16, bytes: UInt32 = 17, name: UInt32 = 19, int8: UInt32 = 20, int2: UInt32 = 21, int4: UInt32 = 23
    static let text: UInt32 = 25, oid: UInt32 = 26, float4: UInt32 = 700, float8: UInt32 = 701, unknown: UInt32 = 705
    static let bpchar: UInt32 = 1042, varchar: UInt32 = 1043, numeric: UInt32 = 1700
}

extension SQLValue {
    /// 0: the server finds out, from the column it is put into or compared with.
    var postgresType: UInt32 {
        switch self {
        case .null: 0
        case .integer: PostgresType.int8
        case .real: PostgresType.float8
        case .text: PostgresType.text
        case .bytes: PostgresType.bytes
        }
    }

    /// Nil for a type that is not one of the four, nor one that the server makes of them.
    init?(postgresType type: UInt32, _ bytes: UnsafeRawBufferPointer) {
        switch type {
        case PostgresType.int8, PostgresType.int4, PostgresType.int2: self = .integer(Int64(truncatingIfNeeded: Self.signed(bytes)))
        case PostgresType.oid: self = .integer(Int64(Self.unsigned(bytes)))
        case PostgresType.bool: self = .integer(bytes.first == 1 ? 1 : 0)
        case PostgresType.float8: self = .real(Double(bitPattern: Self.unsigned(bytes)))
        case PostgresType.float4: self = .real(Double(Float(bitPattern: UInt32(Self.unsigned(bytes)))))
        case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.unknown:
            self = .text(String(decoding: bytes, as: UTF8.self))
        case PostgresType.bytes: self = .bytes(Array(bytes))
        case PostgresType.numeric:
            guard let value = Self.numeric(bytes) else { return nil }
            self = value
        default: return nil
        }
    }

    private static func unsigned(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func signed(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        let shift = 64 - 8 * bytes.count
        return Int64(bitPattern: unsigned(bytes) << shift) >> shift
    }

    /// SUM of integers is a `numeric` in PostgreSQL: an integer if it has no decimals and fits, else a real number.
    private static func numeric(_ bytes: UnsafeRawBufferPointer) -> SQLValue? {
        guard bytes.count >= 8 else { return nil }
        func field(_ index: Int) -> Int { Int(Int16(truncatingIfNeeded: unsigned(bytes[(2 * index)..<(2 * index + 2)]))) }
        let (digits, weight, sign, scale) = (field(0), field(1), field(2) & 0xFFFF, field(3))
        guard sign == 0 || sign == 0x4000, bytes.count >= 8 + 2 * digits else { return sign == 0xC000 ? .real(.nan) : nil }
        if scale == 0 {
            var whole: Int64? = 0
            for place in 0..<max(0, weight + 1) {
                let digit = Int64(place < digits ? field(4 + place) : 0)
                whole = whole.flatMap { value in
                    let (product, over) = value.multipliedReportingOverflow(by: 10_000)
                    // Downwards, so that the smallest number fits too.
                    let (sum, under) = product.subtractingReportingOverflow(digit)
                    return over || under ? nil : sum
                }
            }
            if let whole, sign != 0 || whole != .min { return .integer(sign == 0 ? -whole : whole) }
        }
        var value = 0.0
        for place in (0..<digits).reversed() { value = value / 10_000 + Double(field(4 + place)) }
        for _ in 0..<abs(weight) { value = weight > 0 ? value * 10_000 : value / 10_000 }
        return .real(sign == 0 ? value : -value)
    }
}

/// The values of a statement as libpq takes them.
struct PostgresArguments {
    private var arena: [UInt8] = []
    /// Where each value begins in the arena; nil for null.
    private var places: [Int?] = []
    private var lengths: [Int32] = []

    init(_ values: [SQLValue]) {
        for value in values {
            let start = arena.count
            places.append(start)
            switch value {
            case .null: places[places.count - 1] = nil
            case .integer(let integer): withUnsafeBytes(of: integer.bigEndian) { arena += $0 }
            case .real(let real): withUnsafeBytes(of: real.bitPattern.bigEndian) { arena += $0 }
            case .text(let text): arena += text.utf8
            case .bytes(let bytes): arena += bytes
            }
            lengths.append(Int32(arena.count - start))
        }
        // So that a value of no bytes at the end has an address too, which a null has not.
        arena.append(0)
    }

    /// Calls `body` with count, values, lengths and formats (all binary).
    func withPointers<Result>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>) -> Result
    ) -> Result {
        arena.withUnsafeBufferPointer { arena in
            arena.withMemoryRebound(to: CChar.self) { arena in
                let pointers = places.map { place in place.flatMap { offset in arena.baseAddress.map { $0 + offset } } }
                return body(Int32(places.count), pointers, lengths, [Int32](repeating: 1, count: places.count))
            }
        }
    }
}
