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

    private let inflater: ZlibInflater

    init(limits: GatewayConnector.Limits) throws(ZlibInflater.Failure) {
        inflater = try ZlibInflater(maxCompressed: limits.maxMessageBytes, maxInflated: limits.maxInflatedBytes)
    }

    mutating func read(_ frame: WebSocketFrame) throws(ZlibInflater.Failure) -> Message {
        var data = frame.unmaskedData
        switch frame.opcode {
        case .text: return .text(data)
        case .binary: return try inflater.feed(data).map { .text($0) } ?? .nothing
        case .ping: return .ping(data)
        case .connectionClose: return .close(code: data.readInteger(as: UInt16.self))
        default: return .nothing
        }
    }
}
