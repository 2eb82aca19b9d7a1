import NIOCore
import NIOWebSocket
import Support

/// One WebSocket of a bot: frames in, frames out, nothing of what they mean.
struct GatewaySocket: Sendable {
    typealias Channel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    static let outboxLength = 20_000

    let core: EmulatorCore

    /// Serves a socket until either side ends it. `compress=zlib-stream` or `zstd-stream` in the address switches compression on.
    func serve(_ channel: Channel, uri: String) async throws {
        let (orders, outbox) = AsyncStream.makeStream(
            of: GatewayHub.Outgoing.self, bufferingPolicy: .bufferingOldest(Self.outboxLength))
        let compression = GatewayCompression(uri: uri)
        guard let id = core.connect(outbox, compression: compression, uri: uri) else {
            try await channel.channel.close()
            return
        }
        let code = try? await channel.executeThenClose { inbound, outbound in
            await withTaskGroup(of: Int?.self) { group in
                group.addTask {
                    try? await write(orders, compression, to: outbound)
                    return nil
                }
                group.addTask { try? await read(inbound, id, outbound) }
                group.addTask {
                    await watchHeartbeat(id)
                    return nil
                }
                let first = await group.next() ?? nil
                group.cancelAll()
                return first
            }
        }
        core.disconnected(id, code: code ?? nil)
    }

    private func write(
        _ orders: AsyncStream<GatewayHub.Outgoing>, _ compression: GatewayCompression?,
        to outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    ) async throws {
        let compressor = try compression?.makeCompressor()
        for await order in orders {
            try await core.waitWhileFrozen()
            switch order {
            case .frame(let bytes):
                let data = try compressor?.compress(bytes) ?? ByteBuffer(bytes: bytes)
                try await outbound.write(WebSocketFrame(fin: true, opcode: compressor == nil ? .text : .binary, data: data))
            case .close(let code, let reason):
                guard let code else { return }
                var data = ByteBuffer()
                data.writeInteger(UInt16(code))
                data.writeString(reason)
                try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
                return
            }
        }
    }

    /// Reads frames until the bot closes. Returns its close code.
    private func read(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, _ id: Int, _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    ) async throws -> Int? {
        var message: [UInt8] = []
        for try await frame in inbound {
            var data = frame.unmaskedData
            switch frame.opcode {
            case .text, .binary, .continuation:
                if frame.opcode != .continuation { message = [] }
                // The machine refuses more than 4,096 bytes; what is beyond that need not be kept.
                if message.count <= 8_192 { message.append(contentsOf: data.readableBytesView) }
                if frame.fin { core.received(message, on: id) }
            case .ping:
                try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: data))
            case .connectionClose:
                let code = data.readInteger(as: UInt16.self)
                var reply = ByteBuffer()
                if let code { reply.writeInteger(code) }
                try? await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: reply))
                return code.map(Int.init) ?? 1_000
            default: break
            }
        }
        return nil
    }

    private func watchHeartbeat(_ id: Int) async {
        while let due = core.checkHeartbeat(id) {
            do { try await core.clock.sleep(until: due + .milliseconds(1)) } catch { return }
        }
        // The socket was closed by the check; its writer ends the rest.
        try? await core.clock.sleep(for: .seconds(3_600))
    }
}
