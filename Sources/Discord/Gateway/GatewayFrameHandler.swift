import NIOCore
import NIOWebSocket

/// The channel's end of a ``GatewayConnection``: puts frames into a sequence and stops reading the socket while nobody takes them.
///
/// `NIOAsyncChannel` would do the same, but it ends the process when a channel it has wrapped is given up before it is read, as
/// happens when a server breaks off in the middle of an upgrade. Here such a channel is simply closed.
final class GatewayFrameHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame
    typealias Producer = NIOThrowingAsyncSequenceProducer<
        WebSocketFrame, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, Demand
    >
    /// What is read.
    typealias Frames = Producer

    /// Hears from the reading task, and passes it on to the channel.
    final class Demand: NIOAsyncSequenceProducerDelegate, Sendable {
        private let channel: any Channel
        private let handler: NIOLoopBound<GatewayFrameHandler>

        fileprivate init(_ handler: GatewayFrameHandler, channel: any Channel) {
            self.channel = channel
            self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        }

        func produceMore() { channel.eventLoop.execute { self.handler.value.demand() } }

        func didTerminate() { channel.close(promise: nil) }
    }

    private var source: Producer.Source?
    private var context: ChannelHandlerContext?
    private var isFull = false
    private var isReadPending = false

    /// Adds a handler to the channel, on its event loop; gives the frames that will come.
    static func add(to channel: any Channel) throws -> Frames {
        let handler = GatewayFrameHandler()
        let made = Producer.makeSequence(
            backPressureStrategy: .init(lowWatermark: 16, highWatermark: 64), finishOnDeinit: true,
            delegate: Demand(handler, channel: channel))
        handler.source = made.source
        try channel.pipeline.syncOperations.addHandler(handler)
        return made.sequence
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(nil)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if source?.yield(unwrapInboundIn(data)) == .stopProducing { isFull = true }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(error)
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if isFull { isReadPending = true } else { context.read() }
    }

    private func demand() {
        isFull = false
        guard isReadPending else { return }
        isReadPending = false
        context?.read()
    }

    private func end(_ error: (any Error)?) {
        if let error { source?.finish(error) } else { source?.finish() }
        source = nil
    }
}
