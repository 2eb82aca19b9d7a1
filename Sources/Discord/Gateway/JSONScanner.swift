import Support

/// Walks over JSON text, stepping past values without making them: what reads two fields of a large object need not build it.
///
/// Trusts nothing: every read is checked against the end, and depth is bounded.
struct JSONScanner {
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
        while true {
            position = JSONWords.nextQuoteOrBackslash(in: bytes, from: position)
            guard position < bytes.count else { break }
            if bytes[position] == UInt8(ascii: "\"") {
                position += 1
                return start..<(position - 1)
            }
            position += 2
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

extension JSONScanner {
    /// Where the values of some fields lie in the object that `bytes` are, in offsets from their start; nil for those it lacks.
    static func places(
        of names: [String], in bytes: UnsafeRawBufferPointer
    ) throws(GatewayEnvelope.Malformed) -> [Range<Int>?] {
        var scanner = JSONScanner(bytes)
        var places = [Range<Int>?](repeating: nil, count: names.count)
        try scanner.expect(UInt8(ascii: "{"))
        guard !scanner.take(UInt8(ascii: "}")) else { return places }
        repeat {
            let key = try scanner.string()
            try scanner.expect(UInt8(ascii: ":"))
            let value = try scanner.skipValue()
            if let index = names.firstIndex(where: { bytes[key].elementsEqual($0.utf8) }) { places[index] = value }
        } while scanner.take(UInt8(ascii: ","))
        try scanner.expect(UInt8(ascii: "}"))
        return places
    }
}
