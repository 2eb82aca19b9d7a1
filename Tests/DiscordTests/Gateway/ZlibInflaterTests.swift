import NIOCore
import NIOWebSocket
import Testing

@testable import Discord

@Suite("Inflating the gateway's stream")
struct ZlibInflaterTests {
    private func inflater(compressed: Int = 1 << 20, inflated: Int = 1 << 20) throws -> ZlibInflater {
        try ZlibInflater(maxCompressed: compressed, maxInflated: inflated)
    }

    @Test("Payloads share one context and come out whole, small and large")
    func stream() throws {
        let deflater = Deflater()
        let inflater = try inflater()
        for size in [0, 1, 10, 16_383, 16_384, 16_385, 100_000, 3, 500_000] {
            let text = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) }
            #expect(try inflater.feed(ByteBuffer(bytes: deflater.deflate(text)))?.readableBytesView.elementsEqual(text) == true)
        }
    }

    @Test("A payload cut into any two messages comes out once it is complete")
    func split() throws {
        let text = Array(#"{"op":0,"s":1,"t":"X","d":"hello hello hello"}"#.utf8)
        let whole = Deflater().deflate(text)
        for cut in 1..<whole.count {
            let inflater = try inflater()
            #expect(try inflater.feed(ByteBuffer(bytes: whole[..<cut])) == nil)
            #expect(try inflater.feed(ByteBuffer(bytes: whole[cut...])) == ByteBuffer(bytes: text))
        }
    }

    @Test("A bomb is refused at the bound, long before it has filled the memory")
    func bomb() throws {
        let bomb = Deflater().deflate([UInt8](repeating: 0, count: 50_000_000))
        #expect(bomb.count < 60_000)
        let inflater = try inflater()
        #expect(throws: InflateFailure.inflatedTooLarge(limit: 1 << 20)) { try inflater.feed(ByteBuffer(bytes: bomb)) }
    }

    @Test("A payload that never ends is refused at the bound")
    func endless() throws {
        let inflater = try inflater(compressed: 1_000)
        for _ in 0..<10 { #expect(try inflater.feed(ByteBuffer(repeating: 1, count: 100)) == nil) }
        #expect(throws: InflateFailure.compressedTooLarge(limit: 1_000)) { try inflater.feed(ByteBuffer(repeating: 1, count: 100)) }
    }

    @Test("Garbage is an error, and so is a stream that says it is over")
    func garbage() throws {
        let garbage = ByteBuffer(bytes: [1, 2, 3, 4, 0, 0, 0xFF, 0xFF])
        let first = try inflater()
        #expect(throws: InflateFailure.self) { try first.feed(garbage) }
        #expect(throws: InflateFailure.self) { try first.feed(garbage) }
        let ended = Deflater().deflate(Array("abc".utf8), finish: true) + [0, 0, 0xFF, 0xFF]
        let second = try inflater()
        #expect(throws: InflateFailure.ended) { try second.feed(ByteBuffer(bytes: ended)) }
    }

    @Test("Text and compressed frames may come in any order; pings, closes and the rest are told apart")
    func frames() throws {
        var reader = GatewayMessageReader(limits: .init())
        let deflater = Deflater()
        let text = ByteBuffer(string: "abc")
        #expect(try reader.read(WebSocketFrame(fin: true, opcode: .text, data: text)) == .text(text))
        let packed = ByteBuffer(bytes: deflater.deflate(Array("abc".utf8)))
        #expect(try reader.read(WebSocketFrame(fin: true, opcode: .binary, data: packed)) == .text(text))
        #expect(try reader.read(WebSocketFrame(fin: true, opcode: .text, maskKey: [1, 2, 3, 4], data: text)) != .nothing)
        #expect(try reader.read(WebSocketFrame(fin: true, opcode: .ping, data: text)) == .ping(text))
        #expect(try reader.read(WebSocketFrame(fin: true, opcode: .pong, data: text)) == .nothing)
        let code = ByteBuffer(bytes: [0x0F, 0xA4])
        #expect(try reader.read(WebSocketFrame(fin: true, opcode: .connectionClose, data: code)) == .close(code: 4_004))
        #expect(try reader.read(WebSocketFrame(fin: true, opcode: .connectionClose, data: ByteBuffer())) == .close(code: nil))
        #expect(try reader.read(WebSocketFrame(fin: true, opcode: .connectionClose, data: ByteBuffer(bytes: [1]))) == .close(code: nil))
    }
}
