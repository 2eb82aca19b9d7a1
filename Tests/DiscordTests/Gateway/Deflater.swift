import CZlib
import NIOCore

/// The sending half of `zlib-stream`, for servers in tests.
final class Deflater {
    private let stream: UnsafeMutablePointer<z_stream>

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        precondition(deflateInit_(stream, 6, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// One payload, flushed so that it ends in `00 00 FF FF`, or finished so that the stream is over.
    func deflate(_ bytes: [UInt8], finish: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var input = bytes
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                let written = chunk.withUnsafeMutableBufferPointer { chunk -> Int in
                    stream.pointee.next_out = chunk.baseAddress
                    stream.pointee.avail_out = UInt32(chunk.count)
                    _ = CZlib.deflate(stream, finish ? Z_FINISH : Z_SYNC_FLUSH)
                    return chunk.count - Int(stream.pointee.avail_out)
                }
                output += chunk[..<written]
            } while stream.pointee.avail_out == 0
        }
        return output
    }
}
