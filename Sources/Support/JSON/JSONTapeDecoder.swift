/// One value of a ``JSONTape``, as `Decodable` types ask for it.
struct JSONTapeDecoder: Decoder {
    let tape: JSONTape
    let node: Int

    var codingPath: [any CodingKey] { tape.path(to: node) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try JSONTapeObject<Key>(tape: tape, node: node))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try JSONTapeArray(tape: tape, node: node) }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    /// The number of 64 bits that the text or number is, written as usual.
    var decimal: UInt64? {
        let token = tape.tokens[node]
        guard token.kind == .string || token.kind == .number else { return nil }
        return tape.decimal(Int(token.start), Int(token.count))
    }
}

extension JSONTape {
    @inline(__always)
    func isNull(_ node: Int) -> Bool { tokens[node].kind == .null }

    @inline(__always)
    func read(_ node: Int, _ type: Bool.Type) throws -> Bool {
        switch tokens[node].kind {
        case .yes: true
        case .no: false
        default: throw mismatch(type, node)
        }
    }

    @inline(__always)
    func read(_ node: Int, _ type: String.Type) throws -> String {
        guard tokens[node].kind == .string else { throw mismatch(type, node) }
        return try string(node)
    }

    @inline(__always)
    func read<Value: FixedWidthInteger & Decodable>(_ node: Int, _ type: Value.Type) throws -> Value { try integer(node, as: type) }

    @inline(__always)
    func read<Value: BinaryFloatingPoint & Decodable>(_ node: Int, _ type: Value.Type) throws -> Value { try floating(node, as: type) }

    @inline(__always)
    func read<Value: Decodable>(any node: Int, _ type: Value.Type) throws -> Value {
        try type.init(from: JSONTapeDecoder(tape: self, node: node))
    }
}
