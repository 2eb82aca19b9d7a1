import AsyncHTTPClient
import CZlib
import CZstd
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

@testable import DiscordEmulator

/// A bot made of nothing but HTTP requests and a WebSocket: what it says is written out in the tests.
struct RawBot: Sendable {
    let address: String
    var token = "any-token"

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let bytes: [UInt8]
        var json: JSON { (try? JSONReader.read(bytes)) ?? .null }
    }

    func call(_ method: String, _ path: String, _ body: JSON? = nil, headers: [(String, String)] = []) async throws -> Answer {
        try await send(method, "/api/v10" + path, body.map { ($0.bytes, "application/json") }, headers: headers)
    }

    /// A request with files, as bots send them.
    func upload(_ method: String, _ path: String, _ payload: JSON, files: [(name: String, type: String, bytes: [UInt8])]) async throws
        -> Answer
    {
        var body = Array("--mark\r\nContent-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: application/json\r\n\r\n".utf8)
        body += payload.bytes + Array("\r\n".utf8)
        for (index, file) in files.enumerated() {
            let head =
                "--mark\r\nContent-Disposition: form-data; name=\"files[\(index)]\"; filename=\"\(file.name)\"\r\nContent-Type: \(file.type)\r\n\r\n"
            body += Array(head.utf8) + file.bytes + Array("\r\n".utf8)
        }
        body += Array("--mark--\r\n".utf8)
        return try await send(method, "/api/v10" + path, (body, "multipart/form-data; boundary=mark"))
    }

    func send(_ method: String, _ path: String, _ body: (bytes: [UInt8], type: String)?, headers: [(String, String)] = [])
        async throws -> Answer
    {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : address + path)
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bot \(token)")
        if let body {
            request.headers.add(name: "Content-Type", value: body.type)
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let content = try await response.body.collect(upTo: 1 << 26)
        return Answer(status: Int(response.status.code), headers: response.headers, bytes: Array(content.readableBytesView))
    }
}

/// A gateway socket that is read frame by frame.
final class RawSocket: Sendable {
    typealias Channel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    enum Heard: Sendable {
        case frame(JSON)
        case closed(Int?)
    }

    private let outbox: AsyncStream<WebSocketFrame>.Continuation
    private let inbox: AsyncStream<Heard>
    private let task: Task<Void, Never>

    private init(outbox: AsyncStream<WebSocketFrame>.Continuation, inbox: AsyncStream<Heard>, task: Task<Void, Never>) {
        self.outbox = outbox
        self.inbox = inbox
        self.task = task
    }

    static func connect(_ address: String, compress: String? = nil) async throws -> RawSocket {
        let port = Int(address.split(separator: ":").last ?? "") ?? 0
        let path = "/gateway?v=10&encoding=json" + (compress.map { "&compress=\($0)" } ?? "")
        let upgraded = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port) {
            channel in
            channel.eventLoop.makeCompletedFuture { () -> EventLoopFuture<Channel> in
                let upgrader = NIOTypedWebSocketClientUpgrader<Channel>(
                    maxFrameSize: 1 << 24,
                    upgradePipelineHandler: { channel, _ in
                        channel.eventLoop.makeCompletedFuture { try Channel(wrappingChannelSynchronously: channel) }
                    })
                let head = HTTPRequestHead(
                    version: .http1_1, method: .GET, uri: path, headers: ["Host": "127.0.0.1:\(port)"])
                var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
                    upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                        upgradeRequestHead: head, upgraders: [upgrader],
                        notUpgradingCompletionHandler: { channel in channel.close().flatMapThrowing { throw ChannelError.eof } }))
                configuration.leftOverBytesStrategy = .forwardBytes
                return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: configuration)
            }
        }
        let channel = try await upgraded.get()
        let (frames, outbox) = AsyncStream.makeStream(of: WebSocketFrame.self)
        let (inbox, heard) = AsyncStream.makeStream(of: Heard.self)
        let task = Task {
            try? await channel.executeThenClose { inbound, outbound in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { for await frame in frames { try? await outbound.write(frame) } }
                    group.addTask { await read(inbound, compress: compress, heard) }
                    await group.next()
                    group.cancelAll()
                }
            }
            heard.yield(.closed(nil))
            heard.finish()
        }
        return RawSocket(outbox: outbox, inbox: inbox, task: task)
    }

    private static func read(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, compress: String?, _ heard: AsyncStream<Heard>.Continuation
    ) async {
        let inflater: any Unpacker = compress == "zstd-stream" ? ZstdUnpacker() : Inflater()
        do {
            for try await frame in inbound {
                var data = frame.unmaskedData
                switch frame.opcode {
                case .text: heard.yield(.frame(try JSONReader.read(data.readableBytesView)))
                case .binary: heard.yield(.frame(try JSONReader.read(inflater.inflate(Array(data.readableBytesView)))))
                case .connectionClose: heard.yield(.closed(data.readInteger(as: UInt16.self).map(Int.init)))
                default: break
                }
            }
        } catch {}
    }

    func send(_ json: JSON) {
        outbox.yield(WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(bytes: json.bytes)))
    }

    /// Says goodbye with a close code.
    func close(_ code: UInt16) {
        outbox.yield(WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: ByteBuffer(integer: code)))
    }

    /// Ends the socket as a killed process does.
    func kill() { task.cancel() }

    /// The next thing heard.
    func next() async -> Heard? {
        var iterator = inbox.makeAsyncIterator()
        return await iterator.next()
    }

    /// Reads on until an event of that name (or an opcode, as in `op 11`) comes.
    func until(_ name: String) async -> JSON? {
        while let heard = await next() {
            guard case .frame(let frame) = heard else { return nil }
            if frame["t"]?.string == name || "op \(frame["op"]?.int ?? -1)" == name { return frame }
        }
        return nil
    }

    /// Reads on until the socket is closed: the close code.
    func closeCode() async -> Int? {
        while let heard = await next() { if case .closed(let code) = heard { return code } }
        return nil
    }

    func identify(token: String = "any-token", intents: Int64 = 0b1001_0000_0000_0001 | 1 << 9) {
        send(["op": 2, "d": ["token": .string(token), "intents": .int(intents), "properties": ["os": "linux"]]])
    }
}

/// The receiving half of a compressed gateway connection.
protocol Unpacker: AnyObject {
    func inflate(_ bytes: [UInt8]) -> [UInt8]
}

/// Of `zstd-stream`.
final class ZstdUnpacker: Unpacker {
    private let context = ZSTD_createDCtx()

    deinit { ZSTD_freeDCtx(context) }

    func inflate(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        bytes.withUnsafeBytes { bytes in
            var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
            var isFull = false
            repeat {
                let produced = buffer.withUnsafeMutableBytes { free -> Int in
                    var target = ZSTD_outBuffer(dst: free.baseAddress, size: free.count, pos: 0)
                    _ = ZSTD_decompressStream(context, &target, &source)
                    return target.pos
                }
                out += buffer[..<produced]
                isFull = produced == buffer.count
            } while source.pos < source.size || isFull
        }
        return out
    }
}

/// Of `zlib-stream`.
final class Inflater: Unpacker {
    private let stream: UnsafeMutablePointer<z_stream>

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func inflate(_ bytes: [UInt8]) -> [UInt8] {
        var input = bytes
        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                let produced = buffer.withUnsafeMutableBufferPointer { buffer -> Int in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(buffer.count)
                    _ = CZlib.inflate(stream, Z_SYNC_FLUSH)
                    return buffer.count - Int(stream.pointee.avail_out)
                }
                out += buffer[..<produced]
            } while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0
        }
        return out
    }
}
