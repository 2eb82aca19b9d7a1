import Crypto
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A gateway that says exactly what a test makes it say, byte for byte: its own handshake and framing, nothing shared with
/// the client under test. One task a connection feeds a ``ScriptedConnection``; the test talks through that.
final class ScriptedGateway: Sendable {
    let url: String
    let connections: Inbox<ScriptedConnection>

    private init(url: String, connections: Inbox<ScriptedConnection>) {
        self.url = url
        self.connections = connections
    }

    /// - Parameters:
    ///   - answersUpgrade: false: accepts, and then says nothing.
    ///   - refusal: an HTTP answer in place of the upgrade.
    ///   - greeting: bytes sent in the very segment of the 101.
    ///   - tls: speaks TLS as this server.
    ///   - damage: changes the answer to the upgrade, greeting included; then the socket ends.
    static func serve(
        answersUpgrade: Bool = true, refusal: String? = nil, greeting: [UInt8] = [], tls: NIOSSLContext? = nil,
        damage: (@Sendable ([UInt8]) -> [UInt8])? = nil,
        _ body: (ScriptedGateway) async throws -> Void
    ) async throws {
        let connections = Inbox<ScriptedConnection>()
        let clients = Mutex<[any Channel]>([])
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = Handler(
                        answersUpgrade: answersUpgrade, refusal: refusal, greeting: greeting, damage: damage, connections: connections)
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(handler)
                    clients.withLock { $0.append(channel) }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        defer {
            server.close(promise: nil)
            for client in clients.withLock({ $0 }) { client.close(promise: nil) }
        }
        try await body(
            ScriptedGateway(url: "\(tls == nil ? "ws" : "wss")://127.0.0.1:\(server.localAddress!.port!)/gateway", connections: connections)
        )
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answersUpgrade: Bool
        private let refusal: String?
        private let greeting: [UInt8]
        private let damage: (@Sendable ([UInt8]) -> [UInt8])?
        private let connections: Inbox<ScriptedConnection>
        private var input = ByteBuffer()
        private var connection: ScriptedConnection?

        init(
            answersUpgrade: Bool, refusal: String?, greeting: [UInt8], damage: (@Sendable ([UInt8]) -> [UInt8])?,
            connections: Inbox<ScriptedConnection>
        ) {
            self.damage = damage
            self.answersUpgrade = answersUpgrade
            self.refusal = refusal
            self.greeting = greeting
            self.connections = connections
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            input.writeImmutableBuffer(unwrapInboundIn(data))
            if connection == nil, answersUpgrade, let head = ScriptedGateway.readHead(&input) {
                if let refusal {
                    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: refusal)), promise: nil)
                    return
                }
                let made = ScriptedConnection(target: head.target, headers: head.headers, channel: context.channel)
                connection = made
                let answer = Array(ScriptedGateway.acceptance(of: head.headers).utf8) + greeting
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: damage?(answer) ?? answer)), promise: nil)
                if damage != nil { context.close(promise: nil) }
                connections.put(made)
            }
            while let connection, let frame = ScriptedGateway.readFrame(&input) { connection.received.put(frame) }
        }

        func channelInactive(context: ChannelHandlerContext) { connection?.received.finish() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    fileprivate static func readHead(_ input: inout ByteBuffer) -> (target: String, headers: [String: String])? {
        let text = String(buffer: input)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        input.moveReaderIndex(forwardBy: text[..<end.upperBound].utf8.count)
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        return (lines[0].components(separatedBy: " ")[1], headers)
    }

    fileprivate static func acceptance(of headers: [String: String]) -> String {
        let key = (headers["sec-websocket-key"] ?? "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        let accept = Data(Insecure.SHA1.hash(data: Data(key.utf8))).base64EncodedString()
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \(accept)\r\n\r\n"
    }

    /// A whole frame of a client's, unmasked; nil until it is all there.
    fileprivate static func readFrame(_ input: inout ByteBuffer) -> ScriptedConnection.Received? {
        var rest = input
        guard let first = rest.readInteger(as: UInt8.self), let second = rest.readInteger(as: UInt8.self) else { return nil }
        var length = Int(second & 0x7F)
        if length == 126 {
            guard let long = rest.readInteger(as: UInt16.self) else { return nil }
            length = Int(long)
        }
        guard second & 0x80 != 0 else { return .unmasked }
        guard let mask = rest.readBytes(length: 4), let masked = rest.readBytes(length: length) else { return nil }
        input = rest
        let data = masked.enumerated().map { $1 ^ mask[$0 % 4] }
        switch first & 0x0F {
        case 1: return .text(String(decoding: data, as: UTF8.self))
        case 8: return .close(data.count >= 2 ? UInt16(data[0]) << 8 | UInt16(data[1]) : nil)
        case 0xA: return .pong(data)
        default: return .other
        }
    }
}

/// The server's end of one connection.
final class ScriptedConnection: Sendable {
    enum Received: Sendable, Equatable {
        case text(String)
        case close(UInt16?)
        case pong([UInt8])
        case unmasked
        case other
    }

    let target: String
    let headers: [String: String]
    let received = Inbox<Received>()
    private let channel: any Channel

    init(target: String, headers: [String: String], channel: any Channel) {
        self.target = target
        self.headers = headers
        self.channel = channel
    }

    /// The next payload: its opcode and `d`. Fails the test's `try #require` where there is none.
    func nextPayload() async -> (op: Int, d: Any)? {
        guard case .text(let text) = await received.next(),
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], let op = object["op"] as? Int
        else { return nil }
        return (op, object["d"] ?? NSNull())
    }

    func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    func send(text: String) { send(Self.frame(1, Array(text.utf8))) }

    func send(binary: [UInt8]) { send(Self.frame(2, binary)) }

    func hello(interval: Int = 60_000) { send(text: Self.hello(interval: interval)) }

    func ready(session: String = "s", resume: String, sequence: Int = 1) {
        send(text: Self.ready(session: session, resume: resume, sequence: sequence))
    }

    func dispatch(_ name: String, sequence: Int, _ data: String) {
        send(text: #"{"op":0,"t":"\#(name)","s":\#(sequence),"d":\#(data)}"#)
    }

    func deleteMessage(_ id: Int, sequence: Int) { dispatch("MESSAGE_DELETE", sequence: sequence, #"{"id":"\#(id)","channel_id":"1"}"#) }

    func close(_ code: UInt16) { send(Self.frame(8, [UInt8(code >> 8), UInt8(code & 0xFF)])) }

    /// Ends the TCP connection without a word.
    func drop() { channel.close(promise: nil) }

    static func hello(interval: Int) -> String { #"{"op":10,"s":null,"t":null,"d":{"heartbeat_interval":\#(interval)}}"# }

    static func ready(session: String, resume: String, sequence: Int = 1) -> String {
        """
        {"op":0,"t":"READY","s":\(sequence),"d":{"v":10,"user":{"id":"9","username":"troupe","discriminator":"0","avatar":null,"bot":true},\
        "guilds":[],"session_id":"\(session)","resume_gateway_url":"\(resume)","shard":[0,1],"application":{"id":"9","flags":0}}}
        """
    }

    /// A server's frame: not masked.
    static func frame(_ opcode: UInt8, _ data: [UInt8], isFinal: Bool = true) -> [UInt8] {
        var frame: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
        switch data.count {
        case ..<126: frame.append(UInt8(data.count))
        case ..<65_536: frame += [126, UInt8(data.count >> 8), UInt8(data.count & 0xFF)]
        default: frame += [127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: data.count >> ($0 * 8)) }
        }
        return frame + data
    }
}

/// Things that arrive, waited for one by one.
final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiters: [CheckedContinuation<Element?, Never>] = []
        var isFinished = false
    }

    private let state = Mutex(State())

    func put(_ element: Element) {
        let waiter = state.withLock { state -> CheckedContinuation<Element?, Never>? in
            guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
            state.elements.append(element)
            return nil
        }
        waiter?.resume(returning: element)
    }

    func finish() {
        let waiters = state.withLock { state in
            state.isFinished = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: nil) }
    }

    /// Waits; nil once there will be no more.
    func next() async -> Element? {
        await withCheckedContinuation { continuation in
            let (element, isOver) = state.withLock { state -> (Element?, Bool) in
                if !state.elements.isEmpty { return (state.elements.removeFirst(), true) }
                if !state.isFinished { state.waiters.append(continuation) }
                return (nil, state.isFinished)
            }
            if isOver { continuation.resume(returning: element) }
        }
    }

    /// What has arrived and not been taken.
    var waiting: [Element] { state.withLock { $0.elements } }
}
