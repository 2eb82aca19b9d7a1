// Tokens → Strings.

extension JSONTape {
    private func bytes(_ start: Int, _ count: Int) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: text + start, count: count) }

    /// The text of a token, without a copy of what it was written as.
    func string(_ node: Int) throws -> String {
        let token = tokens[node]
        if token.isPlain { return String(decoding: bytes(Int(token.start), Int(token.count)), as: UTF8.self) }
        guard token.isSimple else { return try unescaped(token) }
        guard let string = String(validating: bytes(Int(token.start), Int(token.count)), as: UTF8.self) else { throw Self.malformed() }
        return string
    }

    private func unescaped(_ token: Token) throws -> String {
        var at = Int(token.start)
        let end = at + Int(token.count)
        var result: [UInt8] = []
        result.reserveCapacity(Int(token.count))
        while at < end {
            let byte = text[at]
            guard byte >= 0x20 else { throw Self.malformed() }
            at += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            let escaped = text[at]
            at += 1
            switch escaped {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escaped)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                // What stands around it must be whole by itself, or halves of a character could meet across an escape.
                for unit in UTF8.encode(try scalar(&at, end))! { result.append(unit) }
            default: throw Self.malformed()
            }
        }
        guard let string = String(validating: result, as: UTF8.self) else { throw Self.malformed() }
        return string
    }

    /// The character whose `\u` has been read, with the second half of a pair.
    private func scalar(_ at: inout Int, _ end: Int) throws -> Unicode.Scalar {
        let first = try hexadecimal(&at, end)
        var value = UInt32(first)
        if UTF16.isLeadSurrogate(first) {
            guard at + 1 < end, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") else { throw Self.malformed() }
            at += 2
            let second = try hexadecimal(&at, end)
            guard UTF16.isTrailSurrogate(second) else { throw Self.malformed() }
            value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw Self.malformed() }
        return scalar
    }

    private func hexadecimal(_ at: inout Int, _ end: Int) throws -> UInt16 {
        guard at + 4 <= end else { throw Self.malformed() }
        var value: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch text[at] {
            case let byte where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case let byte where byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case let byte where byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw Self.malformed()
            }
            value = value << 4 | UInt16(digit)
            at += 1
        }
        return value
    }
}
