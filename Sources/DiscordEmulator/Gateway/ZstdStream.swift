import CZstd
import NIOCore

/// The sending half of `compress=zstd-stream`: one context for a connection, flushed after each payload; the frame never ends. Not
/// Sendable: it stays in the task that writes.
final class ZstdStream: PayloadCompressor {
    struct Failure: Error {
        let reason: String
    }

    private let context: OpaquePointer

    init() throws {
        guard let context = ZSTD_createCCtx() else { throw Failure(reason: "no memory") }
        self.context = context
    }

    deinit { ZSTD_freeCCtx(context) }

    /// The compressed bytes of one payload.
    func compress(_ input: [UInt8]) throws -> ByteBuffer {
        var out = ByteBuffer()
        try input.withUnsafeBytes { bytes in
            var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
            var left = 0
            repeat {
                try out.writeWithUnsafeMutableBytes(minimumWritableBytes: 4_096) { free -> Int in
                    var target = ZSTD_outBuffer(dst: free.baseAddress, size: free.count, pos: 0)
                    left = ZSTD_compressStream2(context, &target, &source, ZSTD_e_flush)
                    if ZSTD_isError(left) != 0 { throw Failure(reason: String(cString: ZSTD_getErrorName(left))) }
                    return target.pos
                }
            } while left > 0 || source.pos < source.size
        }
        return out
    }
}
