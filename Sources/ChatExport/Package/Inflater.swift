import CZlib

/// Inflates raw deflate data, as zip files hold it, piece by piece in bounded memory. Not Sendable: it lives where it is made.
final class Inflater {
    private static let chunk = 262_144
    /// On the heap: zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private(set) var isAtEnd = false

    init() throws {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            throw ExportError(.malformed, "the package cannot be inflated: zlib does not start")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func feed(_ bytes: [UInt8], _ each: ([UInt8]) throws -> Void) throws {
        var input = bytes
        try input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            defer { stream.pointee.next_in = nil }
            while !isAtEnd {
                var code = Z_OK
                let output = [UInt8](unsafeUninitializedCapacity: Self.chunk) { space, count in
                    stream.pointee.next_out = space.baseAddress
                    stream.pointee.avail_out = UInt32(space.count)
                    code = inflate(stream, Z_NO_FLUSH)
                    count = space.count - Int(stream.pointee.avail_out)
                }
                guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
                    throw ExportError(.malformed, "the package is damaged: zlib says \(code); fetch it again")
                }
                isAtEnd = code == Z_STREAM_END
                if !output.isEmpty { try each(output) }
                if output.count < Self.chunk { break }
            }
        }
    }
}
