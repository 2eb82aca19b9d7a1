import Hummingbird
import HummingbirdCore
import Listening
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// One port for both: a request to upgrade becomes a gateway socket, everything else is Hummingbird's.
struct HTTPAndWebSocketChannel: ServerChildChannel, HTTPChannelHandler {
    enum Negotiated: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case socket(GatewaySocket.Channel, uri: String)
    }

    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let result: EventLoopFuture<Negotiated>
    }

    /// What a request that has begun is given when the emulator stops.
    private static let grace = TimeAmount.seconds(2)

    let responder: HTTPChannelHandler.Responder
    let socket: GatewaySocket
    let guardian: OriginGuard

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let upgrader = NIOTypedWebSocketServerUpgrader<Negotiated>(
                maxFrameSize: 1 << 16,
                shouldUpgrade: { channel, head in
                    let isGateway = head.uri.hasPrefix("/gateway") || head.uri == "/" || head.uri.hasPrefix("/?")
                    let isOurs = guardian.accepts(host: head.headers.first(name: "host"), origin: head.headers.first(name: "origin"))
                    return channel.eventLoop.makeSucceededFuture(isGateway && isOurs ? HTTPHeaders() : nil)
                },
                upgradePipelineHandler: { channel, head in
                    channel.eventLoop.makeCompletedFuture {
                        try Self.decided(channel.pipeline.syncOperations)
                        return .socket(try GatewaySocket.Channel(wrappingChannelSynchronously: channel), uri: head.uri)
                    }
                })
            var configuration = NIOUpgradableHTTPServerPipelineConfiguration<Negotiated>(
                upgradeConfiguration: .init(
                    upgraders: [upgrader],
                    notUpgradingCompletionHandler: { channel in
                        channel.eventLoop.makeCompletedFuture {
                            let pipeline = channel.pipeline.syncOperations
                            try Self.decided(pipeline)
                            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
                            try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
                            return .http(
                                try .init(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
                        }
                    }))
            configuration.enablePipelining = false
            configuration.enableResponseHeaderValidation = false
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(ShutdownGrace(Self.grace))
            try pipeline.addHandler(UndecidedConnection())
            return Value(channel: channel, result: try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration))
        }
    }

    private static func decided(_ pipeline: ChannelPipeline.SynchronousOperations) throws {
        pipeline.removeHandler(context: try pipeline.context(handlerType: UndecidedConnection.self), promise: nil)
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.result.get() {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .socket(let channel, let uri): try await socket.serve(channel, uri: uri)
            }
        } catch {
            logger.debug("connection ended", metadata: ["error": "\(error)"])
        }
    }
}
