// A value by itself.

extension JSONTapeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { tape.isNull(node) }
    func decode(_ type: Bool.Type) throws -> Bool { try tape.read(node, type) }
    func decode(_ type: String.Type) throws -> String { try tape.read(node, type) }
    func decode(_ type: Double.Type) throws -> Double { try tape.read(node, type) }
    func decode(_ type: Float.Type) throws -> Float { try tape.read(node, type) }
    func decode(_ type: Int.Type) throws -> Int { try tape.read(node, type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try tape.read(node, type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try tape.read(node, type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try tape.read(node, type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try tape.read(node, type) }
    func decode(_ type: UInt.Type) throws -> UInt { try tape.read(node, type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try tape.read(node, type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try tape.read(node, type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try tape.read(node, type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try tape.read(node, type) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try tape.read(any: node, type) }
}
