/// The outside of a gateway payload, `{"op":…,"s":…,"t":…,"d":…}`, read without building what is inside.
///
/// Most dispatches are of no interest to a bot; for those nothing but these few bytes is ever decoded. Trusts nothing: every
/// read is checked against the end, depth is bounded, and whatever is not an envelope throws. Does not judge the inside of
/// `d`, whose decoder will.
struct GatewayEnvelope: Equatable {
    var opcode: Int
    var sequence: Int?
    var name: String?
    /// Where the value of `d` lies, in offsets from the start of what was read; nil where there is none.
    var data: Range<Int>?

    /// What was expected where.
    struct Malformed: Error, Equatable {
        let expected: String
        let offset: Int
    }

    init(opcode: Int, sequence: Int? = nil, name: String? = nil, data: Range<Int>? = nil) {
        self.opcode = opcode
        self.sequence = sequence
        self.name = name
        self.data = data
    }

    init(reading bytes: UnsafeRawBufferPointer) throws(Malformed) {
        var scanner = JSONScanner(bytes)
        var opcode: Int?
        self.init(opcode: -1)
        try scanner.expect(UInt8(ascii: "{"))
        if !scanner.take(UInt8(ascii: "}")) {
            repeat {
                let key = try scanner.string()
                try scanner.expect(UInt8(ascii: ":"))
                switch key.count {
                case 2 where bytes[key.lowerBound] == UInt8(ascii: "o") && bytes[key.lowerBound + 1] == UInt8(ascii: "p"):
                    opcode = try scanner.integer()
                case 1 where bytes[key.lowerBound] == UInt8(ascii: "s"): sequence = try scanner.integerOrNull()
                case 1 where bytes[key.lowerBound] == UInt8(ascii: "t"):
                    name = try scanner.stringOrNull().map { String(decoding: bytes[$0.prefix(64)], as: UTF8.self) }
                case 1 where bytes[key.lowerBound] == UInt8(ascii: "d"): data = try scanner.skipValue()
                default: _ = try scanner.skipValue()
                }
            } while scanner.take(UInt8(ascii: ","))
            try scanner.expect(UInt8(ascii: "}"))
        }
        try scanner.expectEnd()
        guard let opcode else { throw Malformed(expected: "op", offset: bytes.count) }
        self.opcode = opcode
    }
}

/// Walks over JSON text, stepping past values without making them.
private struct JSONScanner {
    private static let deepest = 256
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private func malformed(_ expected: String) -> GatewayEnvelope.Malformed { .init(expected: expected, offset: position) }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(GatewayEnvelope.Malformed) {
        guard take(byte) else { throw malformed(String(UnicodeScalar(byte))) }
    }

    mutating func expectEnd() throws(GatewayEnvelope.Malformed) {
        skipSpace()
        guard position == bytes.count else { throw malformed("end") }
    }

    /// The bytes between the quotes, escapes as they are.
    mutating func string() throws(GatewayEnvelope.Malformed) -> Range<Int> {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return start..<(position - 1)
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        position = bytes.count
        throw malformed("end of string")
    }

    mutating func integer() throws(GatewayEnvelope.Malformed) -> Int {
        skipSpace()
        let isNegative = take(UInt8(ascii: "-"))
        var value = 0
        let start = position
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit <= 9 {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(Int(digit))
            guard !overflow, !carry else { throw malformed("a number of 63 bits") }
            value = sum
            position += 1
        }
        guard position > start else { throw malformed("a number") }
        return isNegative ? -value : value
    }

    private mutating func null() -> Bool {
        skipSpace()
        guard position + 4 <= bytes.count, bytes[position..<(position + 4)].elementsEqual("null".utf8) else { return false }
        position += 4
        return true
    }

    mutating func integerOrNull() throws(GatewayEnvelope.Malformed) -> Int? { null() ? nil : try integer() }

    mutating func stringOrNull() throws(GatewayEnvelope.Malformed) -> Range<Int>? { null() ? nil : try string() }

    /// Steps past one value of any kind and says where it lies.
    mutating func skipValue() throws(GatewayEnvelope.Malformed) -> Range<Int> {
        skipSpace()
        let start = position
        var depth = 0
        repeat {
            guard position < bytes.count else { throw malformed("a value") }
            switch bytes[position] {
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= Self.deepest else { throw malformed("at most \(Self.deepest) levels") }
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw malformed("a value") }
                depth -= 1
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
                guard depth > 0 else { throw malformed("a value") }
                position += 1
            default: try skipWord()
            }
        } while depth > 0
        return start..<position
    }

    /// A number, `true`, `false` or `null`.
    private mutating func skipWord() throws(GatewayEnvelope.Malformed) {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
                position += 1
            default:
                guard position > start else { throw malformed("a value") }
                return
            }
        }
        guard position > start else { throw malformed("a value") }
    }
}
