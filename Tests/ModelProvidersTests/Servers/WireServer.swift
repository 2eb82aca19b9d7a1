import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on this machine that answers each request with the bytes of a script, right or wrong.
final class WireServer: Sendable {
    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: String
    }

    enum Step: Sendable {
        /// These bytes, in a packet of their own.
        case bytes(String)
        case close
        /// Nothing more: the connection stays open.
        case silence
    }

    private let channel: any Channel
    private let state: State
    let port: Int

    var address: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.requests.withLock { $0 } }
    /// How many connections clients have closed.
    var closed: Int { state.closed.withLock { $0 } }

    final class State: Sendable {
        let script: @Sendable (Request, Int) -> [Step]
        let requests = Mutex<[Request]>([])
        let closed = Mutex(0)

        init(script: @escaping @Sendable (Request, Int) -> [Step]) { self.script = script }
    }

    /// - Parameter script: what to say to a request, and which one it is, from 0.
    init(_ script: @escaping @Sendable (Request, Int) -> [Step]) async throws {
        let state = State(script: script)
        self.state = state
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try channel.pipeline.syncOperations.addHandler(Handler(state))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func stop() async { try? await channel.close() }

    /// A whole answer.
    static func answer(_ body: String, status: String = "200 OK", headers: String = "") -> [Step] {
        [.bytes("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")]
    }

    /// A stream of these pieces that ends when the connection does.
    static func stream(_ pieces: [String], then last: Step = .close) -> [Step] {
        [.bytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")] + pieces.map { .bytes($0) } + [last]
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = ByteBuffer

        private let state: State
        private var head: HTTPRequestHead?
        private var body = ""

        init(_ state: State) { self.state = state }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ""
            case .body(let buffer): body += String(buffer: buffer)
            case .end:
                guard let head else { return }
                let request = Request(head: head, body: body)
                let number = state.requests.withLock { requests in
                    requests.append(request)
                    return requests.count - 1
                }
                for step in state.script(request, number) {
                    switch step {
                    case .bytes(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                    case .close: context.close(promise: nil)
                    case .silence: break
                    }
                }
            }
        }

        func channelInactive(context: ChannelHandlerContext) { state.closed.withLock { $0 += 1 } }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
