import Foundation
import Support
import Testing

@Suite("Small values")
struct ValueTests {
    @Test("A request id travels as a decimal string, as Discord writes snowflakes")
    func requestID() throws {
        let id = RequestID(1_234_567_890_123_456_789)
        let data = try JSONEncoder().encode([id])
        #expect(String(decoding: data, as: UTF8.self) == #"["1234567890123456789"]"#)
        #expect(try JSONDecoder().decode([RequestID].self, from: data) == [id])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([RequestID].self, from: Data(#"["x"]"#.utf8)) }
    }

    @Test("A bounded buffer refuses what would overflow it and keeps what it has")
    func boundedBuffer() throws {
        var buffer = BoundedBuffer("the answer", limit: 4)
        try buffer.append(contentsOf: [1, 2, 3])
        #expect(throws: BoundedBuffer.Overflow.self) { try buffer.append(contentsOf: [4, 5]) }
        #expect(buffer.bytes == [1, 2, 3])
        try buffer.append(contentsOf: [4])
        #expect(buffer.bytes == [1, 2, 3, 4])
    }
}
