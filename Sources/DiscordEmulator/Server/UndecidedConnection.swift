import NIOCore

/// Stands in a connection until its first request has said what it is, HTTP or gateway, and closes it when the server stops.
///
/// Clients open connections ahead of need. Without this, one that never sent a request would keep the server from ending.
final class UndecidedConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { context.close(promise: nil) } else { context.fireUserInboundEventTriggered(event) }
    }
}
