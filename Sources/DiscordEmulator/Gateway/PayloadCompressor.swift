import NIOCore

/// How a gateway connection's payloads are packed, as its address asked.
enum GatewayCompression: String, Sendable {
    case zlib = "zlib-stream"
    case zstd = "zstd-stream"

    init?(uri: String) {
        guard let text = RequestTarget(uri).query["compress"], let found = Self(rawValue: text) else { return nil }
        self = found
    }

    func makeCompressor() throws -> any PayloadCompressor {
        switch self {
        case .zlib: try DeflateStream()
        case .zstd: try ZstdStream()
        }
    }
}

/// Packs one payload after the other in one stream that never ends. Stays in the task that writes.
protocol PayloadCompressor: AnyObject {
    func compress(_ input: [UInt8]) throws -> ByteBuffer
}
