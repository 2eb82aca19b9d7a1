import NIOCore
import NIOWebSocket

/// An open WebSocket to a gateway: texts in, texts out. Knows nothing of opcodes.
///
/// Sending does not wait: the shard's limit of 120 payloads a minute bounds what can lie in the buffers. One that is let go is closed.
final class GatewayConnection: Sendable {
    /// How long the other side may take to answer our close before the socket is cut.
    static let closeGrace: TimeAmount = .seconds(2)

    private let channel: any Channel
    private let frames: NIOLoopBound<GatewayFrameHandler>

    init(channel: any Channel, frames: NIOLoopBound<GatewayFrameHandler>) {
        self.channel = channel
        self.frames = frames
    }

    deinit { channel.close(promise: nil) }

    /// Reads until the connection ends; to be called once.
    ///
    /// - Parameter receive: called with each payload, one after the other, on the thread where its bytes arrive. Says whether the next
    ///   may come; if not, it comes after ``goOn()``.
    /// - Returns: the close code, if one came.
    func read(_ receive: @escaping @Sendable (ByteBuffer) -> Bool) async throws -> UInt16? {
        defer { channel.close(promise: nil) }
        return try await withTaskCancellationHandler {
            try await channel.eventLoop.flatSubmit { [frames] in frames.value.start(receive) }.get()
        } onCancel: {
            channel.eventLoop.execute { [frames] in frames.value.abandon() }
        }
    }

    /// The next payload may come; from any thread.
    func goOn() { channel.eventLoop.execute { [frames] in frames.value.goOn() } }

    func send(_ text: ByteBuffer) { channel.writeAndFlush(WebSocketFrame.ours(.text, text), promise: nil) }

    /// Says goodbye; the socket ends when the other side answers, or after ``closeGrace``.
    func close(code: UInt16) {
        channel.writeAndFlush(WebSocketFrame.close(code), promise: nil)
        let channel = channel
        channel.eventLoop.scheduleTask(in: Self.closeGrace) { channel.close(promise: nil) }
    }
}

extension WebSocketFrame {
    /// A client masks what it sends.
    static func ours(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> Self {
        Self(fin: true, opcode: opcode, maskKey: .random(), data: data)
    }

    static func close(_ code: UInt16?) -> Self {
        var body = ByteBuffer()
        if let code { body.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: Int(code))) }
        return ours(.connectionClose, body)
    }
}
