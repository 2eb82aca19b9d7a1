import Foundation

// Tokens → numbers. Whole numbers as everybody writes them are read here; all others, and what is wrong, are left to Foundation.

extension JSONTape {
    @inline(__always)
    func integer<Value: FixedWidthInteger & Decodable>(_ node: Int, as type: Value.Type) throws -> Value {
        let token = tokens[node]
        guard token.kind == .number else { throw mismatch(type, node) }
        let isNegative = text[Int(token.start)] == UInt8(ascii: "-")
        let digits = isNegative ? 1 : 0
        if let magnitude = decimal(Int(token.start) + digits, Int(token.count) - digits) {
            if !isNegative {
                if let value = Value(exactly: magnitude) { return value }
            } else if magnitude < UInt64(1) << 63, let value = Value(exactly: -Int64(magnitude)) {
                return value
            }
        }
        return try rare(token, type)
    }

    /// A number that is no plain integer. Kept apart, for it hardly ever happens.
    @inline(never)
    func rare<Value: Decodable>(_ token: Token, _ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes: text + Int(token.start), count: Int(token.count)))
    }

    func floating<Value: BinaryFloatingPoint & Decodable>(_ node: Int, as type: Value.Type) throws -> Value {
        guard tokens[node].kind == .number else { throw mismatch(type, node) }
        return try rare(tokens[node], type)
    }

    /// Up to 64 bits in decimal digits and nothing else, without a zero before them; nil for all others.
    @inline(__always)
    func decimal(_ start: Int, _ count: Int) -> UInt64? {
        guard count > 0, count <= 20 else { return nil }
        if text[start] == UInt8(ascii: "0") { return count == 1 ? 0 : nil }
        var value: UInt64 = 0
        // Nineteen digits always fit.
        for index in 0..<min(count, 19) {
            let digit = text[start + index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        guard count == 20 else { return value }
        let last = text[start + 19] &- UInt8(ascii: "0")
        let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = shifted.addingReportingOverflow(UInt64(last))
        return last <= 9 && !overflow && !carry ? sum : nil
    }
}
