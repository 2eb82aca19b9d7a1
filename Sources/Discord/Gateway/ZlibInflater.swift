import CZlib
import NIOCore

/// The reading half of `compress=zlib-stream`: one inflate context for the life of a connection.
///
/// Collects binary payloads until one ends in the flush marker `00 00 FF FF`, then gives back the text. Not Sendable: it lives
/// on the connection's event loop.
final class ZlibInflater: GatewayInflater {
    private static let chunk = 16_384
    /// On the heap: zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private let maxCompressed: Int
    private let maxInflated: Int
    private var pending = ByteBuffer()
    /// Where texts are unpacked, again and again; each leaves in a buffer of its own size.
    private var output = ByteBufferAllocator().buffer(capacity: chunk)
    /// A larger one is given up after the text that needed it.
    private static let largestKept = 256 << 10

    init(maxCompressed: Int, maxInflated: Int) throws(InflateFailure) {
        self.maxCompressed = maxCompressed
        self.maxInflated = maxInflated
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let code = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            stream.deallocate()
            throw .zlib(code: code)
        }
        // The sum to check comes at a stream's end, which a gateway's never has.
        inflateValidate(stream, 0)
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Takes one binary message; gives the text once the flush marker has come.
    func feed(_ message: ByteBuffer) throws(InflateFailure) -> ByteBuffer? {
        guard pending.readableBytes + message.readableBytes <= maxCompressed else { throw .compressedTooLarge(limit: maxCompressed) }
        if pending.readableBytes == 0 { pending = message } else { pending.writeImmutableBuffer(message) }
        guard pending.readableBytes >= 4, pending.getInteger(at: pending.writerIndex - 4, as: UInt32.self) == 0x0000_FFFF else {
            return nil
        }
        defer { pending = ByteBuffer() }
        return try inflate(pending)
    }

    private func inflate(_ input: ByteBuffer) throws(InflateFailure) -> ByteBuffer {
        output.clear()
        let failure = input.withUnsafeReadableBytes { raw -> InflateFailure? in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: raw.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(raw.count)
            defer { stream.pointee.next_in = nil }
            var code = Z_OK
            repeat {
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.chunk) { free in
                    stream.pointee.next_out = free.bindMemory(to: UInt8.self).baseAddress
                    stream.pointee.avail_out = UInt32(free.count)
                    code = CZlib.inflate(stream, Z_SYNC_FLUSH)
                    return free.count - Int(stream.pointee.avail_out)
                }
                guard code == Z_OK || code == Z_BUF_ERROR else { return code == Z_STREAM_END ? .ended : .zlib(code: code) }
                if output.readableBytes > maxInflated { return .inflatedTooLarge(limit: maxInflated) }
            } while stream.pointee.avail_out == 0 || (stream.pointee.avail_in > 0 && code == Z_OK)
            return nil
        }
        if let failure { throw failure }
        guard output.capacity <= Self.largestKept else {
            defer { output = ByteBufferAllocator().buffer(capacity: Self.chunk) }
            return output
        }
        return ByteBuffer(bytes: output.readableBytesView)
    }
}
