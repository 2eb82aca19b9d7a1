import DequeModule
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Support

/// One connection: commands go out in order, and their answers come back in that order. Everything happens on its event loop.
final class RedisConnection: Sendable {
    private let channel: any Channel
    /// The server's clock, in milliseconds, not before this moment of ours.
    private let reading: (time: Int64, at: ContinuousClock.Instant)

    private init(_ channel: any Channel, reading: (time: Int64, at: ContinuousClock.Instant) = (0, .now)) {
        self.channel = channel
        self.reading = reading
    }

    /// Connects, says who we are, and chooses the database.
    /// - Parameter pushed: told what channels publish, once subscribed.
    static func open(
        _ address: RedisAddress, group: any EventLoopGroup, patience: TimeAmount = .seconds(5),
        pushed: (@Sendable (String) -> Void)? = nil
    ) async throws -> RedisConnection {
        var address = address
        if let name = address.sentinelName {
            let place = try await place(of: name, address, group, patience)
            (address.host, address.port) = (place.host, place.port)
        }
        let connection = try await connect(address, group, patience, pushed)
        do {
            if let password = address.password {
                _ = try await connection.send(["AUTH"] + (address.user.map { [.text($0)] } ?? []) + [.text(password.reveal())])
            }
            if address.database != 0 { _ = try await connection.send(["SELECT", .text(String(address.database))]) }
            let time = try await connection.send(["TIME"]).array ?? []
            guard time.count == 2, let seconds = time[0].string.flatMap({ Int64($0) }), let rest = time[1].string.flatMap({ Int64($0) })
            else { throw RedisError(.unexpectedReply, "Redis did not say what time it is") }
            return RedisConnection(connection.channel, reading: (seconds * 1_000 + rest / 1_000, .now))
        } catch {
            connection.close()
            throw error
        }
    }

    /// Asks the sentinels, one after the other, which server is the one that takes writes. One that was demoted and does not know
    /// it yet refuses them, and is asked for anew.
    private static func place(
        of name: String, _ address: RedisAddress, _ group: any EventLoopGroup, _ patience: TimeAmount
    ) async throws -> RedisAddress.Place {
        for sentinel in address.sentinels {
            var asked = address
            (asked.host, asked.port) = (sentinel.host, sentinel.port)
            guard let connection = try? await connect(asked, group, patience, nil) else { continue }
            defer { connection.close() }
            let answer = try? await connection.send(["SENTINEL", "get-master-addr-by-name", .text(name)], limit: patience)
            guard let words = answer?.array, words.count == 2, let host = words[0].string, let port = words[1].string.flatMap({ Int($0) })
            else { continue }
            return RedisAddress.Place(host: host, port: port)
        }
        throw RedisError(.serverAway, "no sentinel of \(address) says where the server is: see that they run and know that name")
    }

    private static func connect(
        _ address: RedisAddress, _ group: any EventLoopGroup, _ patience: TimeAmount, _ pushed: (@Sendable (String) -> Void)?
    ) async throws -> RedisConnection {
        let tls = address.usesTLS ? try encryption(address) : nil
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(patience)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: address.host))
                    }
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(RESPDecoder()))
                    try channel.pipeline.syncOperations.addHandler(RedisHandler(pushed: pushed))
                }
            }
        let channel: any Channel
        do {
            if let path = address.socketPath {
                channel = try await ClientBootstrap(group: group)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(RESPDecoder()))
                            try channel.pipeline.syncOperations.addHandler(RedisHandler(pushed: pushed))
                        }
                    }.connect(unixDomainSocketPath: path).get()
            } else {
                channel = try await bootstrap.connect(host: address.host, port: address.port).get()
            }
        } catch { throw RedisError(.serverAway, "Redis at \(address) cannot be reached: see that it runs there") }
        return RedisConnection(channel)
    }

    private static func encryption(_ address: RedisAddress) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let file = address.certificates { configuration.trustRoots = .file(file) }
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw RedisError(.badAddress, "the certificates for Redis cannot be read from \(address.certificates ?? "the system")")
        }
    }

    var isOpen: Bool { channel.isActive }

    /// What the server's clock shows after that time, in milliseconds, or less.
    func serverTime(in span: Duration) -> Int64 { reading.time + (ContinuousClock.now + span - reading.at).milliseconds }

    /// How long an answer may take, and a second more for each megabyte that is sent.
    static func limit(_ words: [RESPWord], _ limit: TimeAmount = .seconds(5)) -> TimeAmount {
        limit + .seconds(Int64(words.reduce(0) { $0 + $1.count } / 1_000_000))
    }

    /// Sends one command and waits for its answer, at most as long as ``limit(_:_:)`` says.
    func send(_ words: [RESPWord], limit: TimeAmount = .seconds(5)) async throws -> RESPValue {
        let promise = channel.eventLoop.makePromise(of: RESPValue.self)
        let limit = Self.limit(words, limit)
        channel.eventLoop.execute { [channel] in
            guard channel.isActive else { return promise.fail(Self.lost) }
            channel.write(RedisCommand(words: words, promise: promise, limit: limit), promise: nil)
            channel.flush()
        }
        let value = try await promise.futureResult.get()
        if case .error(let reply) = value { throw RedisError(reply: reply) }
        return value
    }

    func close() { channel.close(promise: nil) }

    static let lost = RedisError(.serverAway, "the connection to Redis was lost")
}

/// A command on its way, with who waits for its answer.
private struct RedisCommand: Sendable {
    let words: [RESPWord]
    let promise: EventLoopPromise<RESPValue>
    let limit: TimeAmount
}

/// Who waits for an answer, and how long. Touched on the channel's event loop only.
private final class Waiter {
    let promise: EventLoopPromise<RESPValue>
    var limit: Scheduled<Void>?

    init(_ promise: EventLoopPromise<RESPValue>) { self.promise = promise }

    /// A server that says nothing is gone, and what comes later would be taken for another's answer. Where this machine had no
    /// time for us, the answer is there already: whoever is late looks once more before he gives up.
    func limit(to span: TimeAmount, on channel: any Channel, looks: Int = 2) {
        let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
        limit = channel.eventLoop.scheduleTask(in: .nanoseconds(span.nanoseconds / Int64(looks))) {
            if looks == 1 {
                // What has not reached the server yet must not, when the network is whole again and nobody waits for it any more.
                if let socket = channel as? any SocketOptionProvider {
                    _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                }
                return channel.close(promise: nil)
            }
            let waiter = bound.value
            waiter.limit(to: .nanoseconds(span.nanoseconds / Int64(looks)), on: channel, looks: looks - 1)
        }
    }
}

private final class RedisHandler: ChannelDuplexHandler {
    typealias InboundIn = RESPValue
    typealias OutboundIn = RedisCommand
    typealias OutboundOut = ByteBuffer

    private let pushed: (@Sendable (String) -> Void)?
    private var waiting: Deque<Waiter> = []

    init(pushed: (@Sendable (String) -> Void)?) { self.pushed = pushed }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let command = unwrapOutboundIn(data)
        var buffer = context.channel.allocator.buffer(capacity: 512)
        buffer.writeRESP(command: command.words)
        let channel = context.channel
        let waiter = Waiter(command.promise)
        waiter.limit(to: command.limit, on: channel)
        waiting.append(waiter)
        context.write(wrapOutboundOut(buffer), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let value = unwrapInboundIn(data)
        if let pushed, let parts = value.array, parts.count == 3, parts[0].string == "message" {
            if let text = parts[2].string { pushed(text) }
            return
        }
        guard let first = waiting.popFirst() else { return context.close(promise: nil) }
        first.limit?.cancel()
        first.promise.succeed(value)
    }

    func channelInactive(context: ChannelHandlerContext) {
        for entry in waiting {
            entry.limit?.cancel()
            entry.promise.fail(RedisConnection.lost)
        }
        waiting = []
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
