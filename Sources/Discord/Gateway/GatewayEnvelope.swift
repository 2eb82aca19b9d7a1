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
