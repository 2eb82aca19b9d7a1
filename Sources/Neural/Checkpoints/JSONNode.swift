// JSON as bytes, for files where Foundation's reader will not do: tokenizers have keys that Swift holds for equal (K and the
// Kelvin sign), and their order matters.

indirect enum JSONNode: Sendable {
    case null
    case flag(Bool)
    case number(Double)
    /// UTF-8.
    case text([UInt8])
    case list([JSONNode])
    case object([(key: [UInt8], value: JSONNode)])

    /// The whole text, nothing after it; nil if it is not JSON.
    init?(parsing bytes: UnsafeRawBufferPointer) {
        var parser = Parser(bytes: bytes)
        guard let node = parser.value(depth: 0), parser.isAtEnd else { return nil }
        self = node
    }

    subscript(key: String) -> JSONNode? {
        guard case .object(let members) = self, let value = members.first(where: { $0.key.elementsEqual(key.utf8) })?.value else {
            return nil
        }
        if case .null = value { return nil }
        return value
    }

    var string: String? { if case .text(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }
    var bytes: [UInt8]? { if case .text(let bytes) = self { bytes } else { nil } }
    var list: [JSONNode]? { if case .list(let nodes) = self { nodes } else { nil } }
    var members: [(key: [UInt8], value: JSONNode)]? { if case .object(let members) = self { members } else { nil } }
    var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    var int: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }
}

private struct Parser {
    let bytes: UnsafeRawBufferPointer
    var at = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return at == bytes.count
        }
    }

    private mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        guard at + word.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount where bytes[at + offset] != word.utf8Start[offset] { return false }
        at += word.utf8CodeUnitCount
        return true
    }

    mutating func value(depth: Int) -> JSONNode? {
        guard depth < 64 else { return nil }
        skipSpace()
        guard at < bytes.count else { return nil }
        switch bytes[at] {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return list(depth: depth)
        case UInt8(ascii: "\""): return text().map(JSONNode.text)
        case UInt8(ascii: "t"): return take(word: "true") ? .flag(true) : nil
        case UInt8(ascii: "f"): return take(word: "false") ? .flag(false) : nil
        case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
        default: return number()
        }
    }

    private mutating func object(depth: Int) -> JSONNode? {
        at += 1
        var members: [(key: [UInt8], value: JSONNode)] = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard let key = text(), take(UInt8(ascii: ":")), let value = value(depth: depth + 1) else { return nil }
            members.append((key, value))
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) ? .object(members) : nil
    }

    private mutating func list(depth: Int) -> JSONNode? {
        at += 1
        var nodes: [JSONNode] = []
        if take(UInt8(ascii: "]")) { return .list(nodes) }
        repeat {
            guard let value = value(depth: depth + 1) else { return nil }
            nodes.append(value)
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]")) ? .list(nodes) : nil
    }

    private mutating func number() -> JSONNode? {
        let start = at
        while at < bytes.count, "+-.0123456789eE".utf8.contains(bytes[at]) { at += 1 }
        return Double(String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<at]), as: UTF8.self)).map(JSONNode.number)
    }

    private mutating func text() -> [UInt8]? {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return nil }
        at += 1
        var result: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return result
            case UInt8(ascii: "\\"): guard escape(into: &result) else { return nil }
            default: result.append(byte)
            }
        }
        return nil
    }

    private mutating func escape(into result: inout [UInt8]) -> Bool {
        guard at < bytes.count else { return false }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "u"):
            guard var value = unit() else { return false }
            if (0xD800..<0xDC00).contains(value) {  // the first half of a pair
                guard take(word: #"\u"#), let low = unit(), (0xDC00..<0xE000).contains(low) else { return false }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(value) else { return false }
            result += UTF8.encode(scalar) ?? UTF8.EncodedScalar()
        default: return false
        }
        return true
    }

    private mutating func unit() -> UInt32? {
        guard at + 4 <= bytes.count else { return nil }
        defer { at += 4 }
        return UInt32(String(decoding: UnsafeRawBufferPointer(rebasing: bytes[at..<(at + 4)]), as: UTF8.self), radix: 16)
    }
}
