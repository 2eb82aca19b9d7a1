import NIOCore

/// The reading half of a compressed gateway stream: one context for the life of a connection.
///
/// Refuses whatever would grow past its bounds, compressed or not, so that a hostile server cannot fill the memory.
protocol GatewayInflater {
    /// Takes one binary message; gives the text once it is whole.
    func feed(_ message: ByteBuffer) throws(InflateFailure) -> ByteBuffer?
}

/// Why a gateway's stream cannot be read.
enum InflateFailure: Error, Equatable {
    /// The library's return code.
    case zlib(code: Int32)
    case zstd(code: Int)
    case compressedTooLarge(limit: Int)
    case inflatedTooLarge(limit: Int)
    /// The stream said that it was over, which a gateway's never is.
    case ended
}
