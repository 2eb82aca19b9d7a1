import OrderedCollections

/// Reads JSON text that a stranger wrote: bounded depth, checked UTF-8, the place of the first mistake in the error.
struct JSONReader {
    struct Mistake: Error, CustomStringConvertible {
        let reason: String
        let offset: Int
        var description: String { "\(reason) at byte \(offset)" }
    }

    static let maximumDepth = 64

    private var bytes: ArraySlice<UInt8>

    /// Parses a whole document.
    static func read(_ bytes: some Collection<UInt8>) throws(Mistake) -> JSON {
        var reader = JSONReader(bytes: Array(bytes)[...])
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        if !reader.bytes.isEmpty { throw reader.mistake("text after the end of the document") }
        return value
    }

    private func mistake(_ reason: String) -> Mistake { Mistake(reason: reason, offset: bytes.startIndex) }

    private mutating func skipSpace() {
        while let byte = bytes.first, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { bytes.removeFirst() }
    }

    private mutating func expect(_ literal: StaticString, _ value: JSON) throws(Mistake) -> JSON {
        for index in 0..<literal.utf8CodeUnitCount {
            guard bytes.first == literal.utf8Start[index] else { throw mistake("unknown word") }
            bytes.removeFirst()
        }
        return value
    }

    private mutating func value(depth: Int) throws(Mistake) -> JSON {
        if depth > Self.maximumDepth { throw mistake("nested deeper than \(Self.maximumDepth) levels") }
        skipSpace()
        guard let first = bytes.first else { throw mistake("the text ends too early") }
        switch first {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try expect("true", .bool(true))
        case UInt8(ascii: "f"): return try expect("false", .bool(false))
        case UInt8(ascii: "n"): return try expect("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw mistake("a value is missing")
        }
    }

    private mutating func object(depth: Int) throws(Mistake) -> JSON {
        bytes.removeFirst()
        var members = JSONObject()
        skipSpace()
        if bytes.first == UInt8(ascii: "}") {
            bytes.removeFirst()
            return .object(members)
        }
        while true {
            skipSpace()
            guard bytes.first == UInt8(ascii: "\"") else { throw mistake("a member's name is missing") }
            let key = try string()
            skipSpace()
            guard bytes.popFirst() == UInt8(ascii: ":") else { throw mistake("a colon is missing") }
            members[key] = try value(depth: depth + 1)
            skipSpace()
            switch bytes.popFirst() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return .object(members)
            default: throw mistake("a comma or brace is missing")
            }
        }
    }

    private mutating func array(depth: Int) throws(Mistake) -> JSON {
        bytes.removeFirst()
        var elements: [JSON] = []
        skipSpace()
        if bytes.first == UInt8(ascii: "]") {
            bytes.removeFirst()
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            switch bytes.popFirst() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "]"): return .array(elements)
            default: throw mistake("a comma or bracket is missing")
            }
        }
    }

    private mutating func number() throws(Mistake) -> JSON {
        let start = bytes
        while let byte = bytes.first, isNumberByte(byte) { bytes.removeFirst() }
        let text = String(decoding: start[start.startIndex..<bytes.startIndex], as: UTF8.self)
        if let integer = Int64(text), text == "\(integer)" || text == "-0" { return .int(integer) }
        guard let double = Double(text), double.isFinite, !hasLeadingZero(text) else { throw mistake("not a number") }
        return .double(double)
    }

    private func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
            UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private func hasLeadingZero(_ text: String) -> Bool {
        let digits = text.drop { $0 == "-" }
        return digits.hasPrefix("0") && digits.dropFirst().first?.isNumber == true
    }

    private mutating func string() throws(Mistake) -> String {
        bytes.removeFirst()
        // The common case holds no escape: one check of the whole run.
        if let end = bytes.firstIndex(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 0x20 }),
            bytes[end] == UInt8(ascii: "\"")
        {
            let run = bytes[bytes.startIndex..<end]
            guard let text = String(validating: run, as: UTF8.self) else { throw mistake("not UTF-8") }
            bytes = bytes[(end + 1)...]
            return text
        }
        var collected: [UInt8] = []
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: collected, as: UTF8.self) else { throw mistake("not UTF-8") }
                return text
            case UInt8(ascii: "\\"): try escape(into: &collected)
            case 0..<0x20: throw mistake("a control character inside a string")
            default: collected.append(byte)
            }
        }
        throw mistake("a string without end")
    }

    private mutating func escape(into collected: inout [UInt8]) throws(Mistake) {
        switch bytes.popFirst() {
        case UInt8(ascii: "\""): collected.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): collected.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): collected.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): collected.append(0x08)
        case UInt8(ascii: "f"): collected.append(0x0C)
        case UInt8(ascii: "n"): collected.append(0x0A)
        case UInt8(ascii: "r"): collected.append(0x0D)
        case UInt8(ascii: "t"): collected.append(0x09)
        case UInt8(ascii: "u"): collected.append(contentsOf: String(Character(try unicodeEscape())).utf8)
        default: throw mistake("an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(Mistake) -> Unicode.Scalar {
        let unit = try fourHexDigits()
        if let scalar = Unicode.Scalar(UInt32(unit)) { return scalar }
        // A lone half of a pair becomes the replacement character, as in most readers.
        guard UTF16.isLeadSurrogate(unit), bytes.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return "\u{FFFD}" }
        let rest = bytes
        bytes.removeFirst(2)
        let trail = try fourHexDigits()
        guard UTF16.isTrailSurrogate(trail) else {
            bytes = rest
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(trail) - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func fourHexDigits() throws(Mistake) -> UInt16 {
        let digits = String(decoding: bytes.prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, !digits.hasPrefix("+"), !digits.hasPrefix("-"), let unit = UInt16(digits, radix: 16) else {
            throw mistake("a unicode escape without four digits")
        }
        bytes = bytes.dropFirst(4)
        return unit
    }
}
