import DiscordModels
import Foundation
import NIOCore
import NIOFoundationCompat
import Support

/// Builds the payloads that a client may send, and refuses those over the gateway's 4096 bytes.
struct GatewayOutgoing {
    static let maxBytes = 4_096

    private struct Payload<D: Encodable>: Encodable {
        let op: Int
        let d: D
    }

    let token: Secret
    let intents: GatewayIntents
    let shardID: Int
    let shardCount: Int
    let presence: GatewayPresence?

    func encode(_ outgoing: Shard.StateMachine.Outgoing) throws -> ByteBuffer {
        switch outgoing {
        case .heartbeat(let sequence): return ByteBuffer(string: #"{"op":1,"d":\#(sequence.map(String.init) ?? "null")}"#)
        case .identify:
            let properties = Identify.Properties(os: "linux", browser: "troupe", device: "troupe")
            return try Self.encode(
                .identify,
                Identify(
                    token: token.reveal(), intents: intents, properties: properties, shard: [shardID, shardCount], presence: presence))
        case .resume(let sessionID, let sequence):
            return try Self.encode(.resume, Resume(token: token.reveal(), sessionID: sessionID, sequence: sequence))
        case .command(let payload): return payload
        }
    }

    static func encode(_ opcode: GatewayOpcode, _ data: some Encodable) throws -> ByteBuffer {
        let payload = try JSONEncoder().encodeAsByteBuffer(Payload(op: opcode.rawValue, d: data), allocator: ByteBufferAllocator())
        guard payload.readableBytes <= maxBytes else {
            throw GatewayError(.payloadTooLarge, detail: "opcode \(opcode.rawValue) with \(payload.readableBytes) bytes")
        }
        return payload
    }
}
