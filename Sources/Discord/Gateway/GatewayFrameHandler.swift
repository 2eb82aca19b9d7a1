import NIOCore
import NIOWebSocket

/// The channel's end of a ``GatewayConnection``: hands on each text on the very thread where its bytes arrive, one after the other, and
/// stops reading the socket while nobody takes them. Undoes the compression, answers pings and closes.
///
/// All of it happens on the channel's event loop, so that no thread has to wake another for an event that asks for nothing.
final class GatewayFrameHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let eventLoop: any EventLoop
    private var reader: GatewayMessageReader
    private var context: ChannelHandlerContext?
    /// Takes the texts and says whether the next may come; there is none before somebody reads, and none after the end.
    private var receiver: ((ByteBuffer) -> Bool)?
    private var isPaused = false
    private var isDraining = false
    private var isReadPending = false
    /// What came while nobody took it: no more than one read of the socket gives.
    private var waiting = CircularBuffer<WebSocketFrame>()
    /// How it ended, once it has: with a close code, without, or with an error.
    private var outcome: Result<UInt16?, any Error>?
    /// Told of the outcome when all that came before has been taken.
    private var ended: EventLoopPromise<UInt16?>?

    private init(eventLoop: any EventLoop, limits: GatewayConnector.Limits) {
        self.eventLoop = eventLoop
        reader = GatewayMessageReader(limits: limits)
    }

    /// Adds a handler to the channel, on its event loop.
    static func add(to channel: any Channel, limits: GatewayConnector.Limits) throws -> NIOLoopBound<GatewayFrameHandler> {
        let handler = GatewayFrameHandler(eventLoop: channel.eventLoop, limits: limits)
        try channel.pipeline.syncOperations.addHandler(handler)
        return NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    /// From now on `receiver` takes what comes, first what has come already. Gives the close code, if one comes.
    func start(_ receiver: @escaping (ByteBuffer) -> Bool) -> EventLoopFuture<UInt16?> {
        let ended = eventLoop.makePromise(of: UInt16?.self)
        (self.receiver, self.ended) = (receiver, ended)
        goOn()
        return ended.futureResult
    }

    /// The next text may come.
    func goOn() {
        isPaused = false
        drain()
        guard isReadPending, !isPaused, receiver != nil else { return }
        isReadPending = false
        context?.read()
    }

    /// Nobody wants any more of it, not even what has come already.
    func abandon() {
        endAtOnce(.success(nil))
        context?.close(promise: nil)
    }

    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        while !isPaused, let receiver, let frame = waiting.popFirst() { take(frame, receiver) }
        isDraining = false
        settle()
    }

    private func take(_ frame: WebSocketFrame, _ receiver: (ByteBuffer) -> Bool) {
        do {
            switch try reader.read(frame) {
            case .nothing: break
            case .text(let text): isPaused = !receiver(text)
            case .ping(let data): context?.writeAndFlush(wrapOutboundOut(.ours(.pong, data)), promise: nil)
            case .close(let code):
                context?.writeAndFlush(wrapOutboundOut(.close(code)), promise: nil)
                endAtOnce(.success(code))
            }
        } catch {
            endAtOnce(.failure(error))
        }
    }

    /// It is over, and what came before is still to be taken.
    private func end(_ outcome: Result<UInt16?, any Error>) {
        if self.outcome == nil { self.outcome = outcome }
        settle()
    }

    /// It is over, whatever came besides.
    private func endAtOnce(_ outcome: Result<UInt16?, any Error>) {
        waiting.removeAll()
        self.outcome = outcome
        settle()
    }

    /// Tells of the end when nothing is left before it.
    private func settle() {
        guard let outcome, let ended, waiting.isEmpty, !isDraining else { return }
        (receiver, self.ended) = (nil, nil)
        ended.completeWith(outcome)
    }

    // MARK: What the channel says

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.success(nil))
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard outcome == nil else { return }
        waiting.append(unwrapInboundIn(data))
        drain()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.success(nil))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failure(error))
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if isPaused || receiver == nil { isReadPending = true } else { context.read() }
    }
}
