import NIOCore
import NIOWebSocket

/// Frames → texts, without a socket: a plain text frame is its own text, binary ones go through the connection's inflater.
///
/// Which of the two a gateway sends is its own business; both are always understood.
struct GatewayMessageReader {
    enum Message: Equatable {
        case nothing
        case text(ByteBuffer)
        case ping(ByteBuffer)
        case close(code: UInt16?)
    }

    private static let zstdMagic: UInt32 = 0x28B5_2FFD

    private let limits: GatewayConnector.Limits
    /// Made at the first binary frame, of the kind that its first bytes tell.
    private var inflater: (any GatewayInflater)?

    init(limits: GatewayConnector.Limits) { self.limits = limits }

    mutating func read(_ frame: WebSocketFrame) throws(InflateFailure) -> Message {
        var data = frame.unmaskedData
        switch frame.opcode {
        case .text: return .text(data)
        case .binary: return try inflate(data)
        case .ping: return .ping(data)
        case .connectionClose: return .close(code: data.readInteger(as: UInt16.self))
        default: return .nothing
        }
    }

    private mutating func inflate(_ data: ByteBuffer) throws(InflateFailure) -> Message {
        let inflater = if let inflater { inflater } else { try Self.inflater(for: data, limits) }
        self.inflater = inflater
        guard let text = try inflater.feed(data) else { return .nothing }
        return .text(text)
    }

    private static func inflater(for first: ByteBuffer, _ limits: GatewayConnector.Limits) throws(InflateFailure) -> any GatewayInflater {
        if first.getInteger(at: first.readerIndex, as: UInt32.self) == zstdMagic {
            return try ZstdInflater(maxCompressed: limits.maxMessageBytes, maxInflated: limits.maxInflatedBytes)
        }
        return try ZlibInflater(maxCompressed: limits.maxMessageBytes, maxInflated: limits.maxInflatedBytes)
    }
}
