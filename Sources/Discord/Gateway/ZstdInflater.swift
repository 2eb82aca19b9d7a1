import CZstd
import NIOCore

/// The reading half of `compress=zstd-stream`: each binary message is one whole payload, flushed into a frame that never ends.
///
/// Not Sendable: it lives on the connection's event loop.
/// Source: https://discord.com/developers/docs/events/gateway#zstdstream
final class ZstdInflater: GatewayInflater {
    /// The largest window that a stream may ask for, as a power of two: 8 MB, which every zstd must be able to read.
    private static let largestWindow: Int32 = 23
    private static let chunk = 16_384

    private let context: OpaquePointer
    private let maxCompressed: Int
    private let maxInflated: Int

    init(maxCompressed: Int, maxInflated: Int) throws(InflateFailure) {
        guard let context = ZSTD_createDCtx() else { throw .zstd(code: 0) }
        self.context = context
        self.maxCompressed = maxCompressed
        self.maxInflated = maxInflated
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.largestWindow)
    }

    deinit { ZSTD_freeDCtx(context) }

    func feed(_ message: ByteBuffer) throws(InflateFailure) -> ByteBuffer? {
        guard message.readableBytes <= maxCompressed else { throw .compressedTooLarge(limit: maxCompressed) }
        var output = ByteBufferAllocator().buffer(capacity: max(Self.chunk, min(maxInflated, message.readableBytes * 4)))
        let failure = message.withUnsafeReadableBytes { raw -> InflateFailure? in
            var input = ZSTD_inBuffer(src: raw.baseAddress, size: raw.count, pos: 0)
            var isFull = false
            repeat {
                var code = 0
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.chunk) { free in
                    var room = ZSTD_outBuffer(dst: free.baseAddress, size: free.count, pos: 0)
                    code = ZSTD_decompressStream(context, &room, &input)
                    isFull = room.pos == room.size
                    return room.pos
                }
                if ZSTD_isError(code) != 0 { return .zstd(code: code) }
                if code == 0 { return .ended }
                if output.readableBytes > maxInflated { return .inflatedTooLarge(limit: maxInflated) }
            } while input.pos < input.size || isFull
            return nil
        }
        if let failure { throw failure }
        return output.readableBytes == 0 ? nil : output
    }
}
