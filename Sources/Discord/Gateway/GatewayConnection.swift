import NIOCore
import NIOWebSocket

/// An open WebSocket to a gateway: texts in, texts out. Answers pings and closes, undoes the compression, bounds every
/// message. Knows nothing of opcodes.
///
/// Sending does not wait: the shard's limit of 120 payloads a minute bounds what can lie in the buffers.
final class GatewayConnection: Sendable {
    /// How long the other side may take to answer our close before the socket is cut.
    static let closeGrace: TimeAmount = .seconds(2)

    private let channel: any Channel
    private let frames: GatewayFrameHandler.Frames
    private let limits: GatewayConnector.Limits

    init(channel: any Channel, frames: GatewayFrameHandler.Frames, limits: GatewayConnector.Limits) {
        self.channel = channel
        self.frames = frames
        self.limits = limits
    }

    /// Reads until the connection ends; to be called once.
    ///
    /// - Parameter receive: called with each payload, one after the other, in the reading task.
    /// - Returns: the close code, if one came.
    func read(_ receive: (ByteBuffer) async throws -> Void) async throws -> UInt16? {
        defer { channel.close(promise: nil) }
        var reader = GatewayMessageReader(limits: limits)
        for try await frame in frames {
            switch try reader.read(frame) {
            case .nothing: break
            case .text(let text): try await receive(text)
            case .ping(let data): write(.pong, data)
            case .close(let code):
                answerClose(code)
                return code
            }
        }
        return nil
    }

    func send(_ text: ByteBuffer) { write(.text, text) }

    /// Says goodbye; the socket ends when the other side answers, or after ``closeGrace``.
    func close(code: UInt16) {
        var body = ByteBuffer()
        body.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: Int(code)))
        write(.connectionClose, body)
        let channel = channel
        channel.eventLoop.scheduleTask(in: Self.closeGrace) { channel.close(promise: nil) }
    }

    private func answerClose(_ code: UInt16?) {
        var body = ByteBuffer()
        if let code { body.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: Int(code))) }
        write(.connectionClose, body)
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data), promise: nil)
    }
}
