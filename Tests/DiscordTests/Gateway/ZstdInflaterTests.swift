import CZstd
import NIOCore
import NIOWebSocket
import Testing

@testable import Discord

@Suite("Inflating the gateway's Zstandard stream")
struct ZstdInflaterTests {
    private func inflater(compressed: Int = 1 << 20, inflated: Int = 1 << 20) throws -> ZstdInflater {
        try ZstdInflater(maxCompressed: compressed, maxInflated: inflated)
    }

    @Test("Payloads share one frame and come out whole, small and large")
    func stream() throws {
        let compressor = ZstdCompressor()
        let inflater = try inflater()
        for size in [1, 10, 16_383, 16_384, 16_385, 100_000, 3, 500_000] {
            let text = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) }
            #expect(try inflater.feed(ByteBuffer(bytes: compressor.compress(text)))?.readableBytesView.elementsEqual(text) == true)
        }
    }

    @Test("A bomb is refused at the bound, long before it has filled the memory")
    func bomb() throws {
        let bomb = ZstdCompressor().compress([UInt8](repeating: 0, count: 50_000_000))
        #expect(bomb.count < 60_000)
        let inflater = try inflater()
        #expect(throws: InflateFailure.inflatedTooLarge(limit: 1 << 20)) { try inflater.feed(ByteBuffer(bytes: bomb)) }
    }

    @Test("What is too long, garbage, or over is refused")
    func garbage() throws {
        let small = try inflater(compressed: 10)
        #expect(throws: InflateFailure.compressedTooLarge(limit: 10)) { try small.feed(ByteBuffer(repeating: 1, count: 11)) }
        let plain = try inflater()
        #expect(throws: InflateFailure.self) { try plain.feed(ByteBuffer(string: "this is no such stream")) }
        let ended = try inflater()
        #expect(throws: InflateFailure.ended) {
            try ended.feed(ByteBuffer(bytes: ZstdCompressor().compress(Array("abc".utf8), finish: true)))
        }
    }

    @Test("The reader tells the stream's kind by its first bytes")
    func kinds() throws {
        var reader = GatewayMessageReader(limits: .init())
        let compressor = ZstdCompressor()
        for text in ["first", "second"] {
            let frame = WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: compressor.compress(Array(text.utf8))))
            #expect(try reader.read(frame) == .text(ByteBuffer(string: text)))
        }
    }
}

/// The sending half of `zstd-stream`, for servers in tests.
final class ZstdCompressor {
    private let context = ZSTD_createCCtx()

    deinit { ZSTD_freeCCtx(context) }

    /// One payload, flushed, or finished so that the frame is over.
    func compress(_ bytes: [UInt8], finish: Bool = false) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count) + 64)
        let size = bytes.withUnsafeBytes { raw in
            output.withUnsafeMutableBytes { free in
                var input = ZSTD_inBuffer(src: raw.baseAddress, size: raw.count, pos: 0)
                var room = ZSTD_outBuffer(dst: free.baseAddress, size: free.count, pos: 0)
                let rest = ZSTD_compressStream2(context, &room, &input, finish ? ZSTD_e_end : ZSTD_e_flush)
                precondition(rest == 0)
                return room.pos
            }
        }
        return Array(output[..<size])
    }
}
