public import NIOCore

/// Stands in a connection for as long as it lives, and closes it a while after its server was asked to stop.
///
/// A server that stops waits for the requests that have begun. One whose body never comes to its end, or whose answer is never read,
/// would keep it waiting for ever; after the grace it is cut. To be placed before whatever consumes `ChannelShouldQuiesceEvent`.
public final class ShutdownGrace: ChannelInboundHandler, RemovableChannelHandler {
    public typealias InboundIn = NIOAny

    private let grace: TimeAmount
    private var deadline: Scheduled<Void>?

    /// - Parameter grace: what a request that has begun is still given. Less than the process is given to end.
    public init(_ grace: TimeAmount) { self.grace = grace }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, deadline == nil {
            let channel = context.channel
            deadline = context.eventLoop.scheduleTask(in: grace) { channel.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    public func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }
}
