/// The elements of an array, one after the other.
struct JSONTapeArray: UnkeyedDecodingContainer {
    let tape: JSONTape
    private let node: UInt32
    private var next: UInt32
    private var number: UInt32 = 0

    init(tape: JSONTape, node: Int) throws {
        guard tape.tokens[node].kind == .array else { throw tape.mismatch([Any].self, node) }
        self.tape = tape
        self.node = UInt32(node)
        next = UInt32(node + 1)
    }

    var codingPath: [any CodingKey] { tape.path(to: Int(node)) }
    var count: Int? { Int(tape.tokens[Int(node)].count) }
    var currentIndex: Int { Int(number) }
    var isAtEnd: Bool { number == tape.tokens[Int(node)].count }

    /// Reads an element and goes on to the next; stays where it is if it cannot be read.
    @inline(__always)
    private mutating func take<Value>(_ type: Any.Type, _ read: (JSONTape, Int) throws -> Value) throws -> Value {
        guard !isAtEnd else { throw atEnd(type) }
        let value = try read(tape, Int(next))
        next = tape.tokens[Int(next)].next
        number += 1
        return value
    }

    @inline(never)
    private func atEnd(_ type: Any.Type) -> DecodingError {
        .valueNotFound(
            type, .init(codingPath: codingPath + [JSONTape.Key(number: currentIndex)], debugDescription: "the list is at its end"))
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd else { throw atEnd(Any?.self) }
        guard tape.isNull(Int(next)) else { return false }
        return try take(Any?.self) { _, _ in true }
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: String.Type) throws -> String { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: Double.Type) throws -> Double { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: Float.Type) throws -> Float { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: Int.Type) throws -> Int { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try take(type) { try $0.read($1, type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try take(type) { try $0.read($1, type) } }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try take(type) { try $0.read(any: $1, type) } }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        try take(KeyedDecodingContainer<Nested>.self) { try JSONTapeDecoder(tape: $0, node: $1).container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try take((any UnkeyedDecodingContainer).self) { try JSONTapeArray(tape: $0, node: $1) }
    }

    mutating func superDecoder() throws -> any Decoder { try take((any Decoder).self) { JSONTapeDecoder(tape: $0, node: $1) } }
}
