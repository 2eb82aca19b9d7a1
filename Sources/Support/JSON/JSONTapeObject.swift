/// The members of an object.
struct JSONTapeObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let tape: JSONTape
    let node: Int

    init(tape: JSONTape, node: Int) throws {
        guard tape.tokens[node].kind == .object else { throw tape.mismatch([String: Any].self, node) }
        try tape.enter(node)
        self.tape = tape
        self.node = node
    }

    var codingPath: [any CodingKey] { tape.path(to: node) }
    var allKeys: [Key] { tape.keys(of: node).compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { tape.value(of: key.stringValue, in: node) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { tape.isNull(try value(key)) }

    @inline(__always)
    private func value(_ key: Key) throws -> Int {
        guard let value = tape.value(of: key.stringValue, in: node) else { throw missing(key) }
        return value
    }

    @inline(never)
    private func missing(_ key: Key) -> DecodingError { .keyNotFound(key, tape.context(node, "the object lacks a key")) }

    /// nil for a member that is missing or null.
    @inline(__always)
    private func present(_ key: Key) -> Int? {
        guard let value = tape.value(of: key.stringValue, in: node), !tape.isNull(value) else { return nil }
        return value
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try tape.read(value(key), type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try tape.read(value(key), type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try tape.read(value(key), type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try tape.read(value(key), type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try tape.read(value(key), type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try tape.read(value(key), type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try tape.read(value(key), type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try tape.read(value(key), type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try tape.read(value(key), type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try tape.read(value(key), type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try tape.read(value(key), type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try tape.read(value(key), type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try tape.read(value(key), type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try tape.read(value(key), type) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try tape.read(any: value(key), type) }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
        if let value = present(key) { try tape.read(value, type) } else { nil }
    }
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        if let value = present(key) { try tape.read(any: value, type) } else { nil }
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try JSONTapeDecoder(tape: tape, node: value(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try JSONTapeArray(tape: tape, node: value(key))
    }

    func superDecoder() throws -> any Decoder {
        guard let value = tape.value(of: "super", in: node) else {
            throw DecodingError.keyNotFound(JSONTape.Key(stringValue: "super"), tape.context(node, "the object lacks a key"))
        }
        return JSONTapeDecoder(tape: tape, node: value)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { JSONTapeDecoder(tape: tape, node: try value(key)) }
}
