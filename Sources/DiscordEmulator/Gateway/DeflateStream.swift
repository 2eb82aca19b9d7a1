import CZlib
import NIOCore

/// The sending half of `compress=zlib-stream`: one deflate context for a connection, flushed after each payload, so that every message
/// ends with 00 00 FF FF. Not Sendable: it stays in the task that writes.
final class DeflateStream: PayloadCompressor {
    struct Failure: Error {
        let code: Int32
    }

    private let stream: UnsafeMutablePointer<z_stream>

    init() throws {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let code = deflateInit_(stream, Z_DEFAULT_COMPRESSION, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            stream.deallocate()
            throw Failure(code: code)
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The compressed bytes of one payload.
    func compress(_ input: [UInt8]) throws -> ByteBuffer {
        var out = ByteBuffer()
        try input.withUnsafeBufferPointer { input in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                var code = Z_OK
                out.writeWithUnsafeMutableBytes(minimumWritableBytes: 4_096) { free -> Int in
                    stream.pointee.next_out = free.bindMemory(to: UInt8.self).baseAddress
                    stream.pointee.avail_out = UInt32(free.count)
                    code = deflate(stream, Z_SYNC_FLUSH)
                    return free.count - Int(stream.pointee.avail_out)
                }
                guard code == Z_OK || code == Z_BUF_ERROR else { throw Failure(code: code) }
            } while stream.pointee.avail_out == 0
        }
        return out
    }
}
