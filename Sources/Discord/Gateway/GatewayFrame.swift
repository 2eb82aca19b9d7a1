import DiscordModels
import NIOCore
import Support

/// One payload from the gateway: what the state machine needs to know, and the undecoded `d` of a dispatch.
struct GatewayFrame {
    let signal: Shard.StateMachine.Signal
    /// The event's name; only a dispatch has one.
    let name: String?
    /// The value of `d`.
    let data: ByteBuffer

    /// The shortest heartbeat interval believed; below it a gateway would keep us busy with nothing else.
    static let shortestInterval: Duration = .milliseconds(50)
    static let longestInterval: Duration = .seconds(600)

    /// What a session needs of READY; the rest is the handler's.
    private struct Session: Decodable {
        let session_id: String
        let resume_gateway_url: String?
    }

    init(reading text: ByteBuffer) throws(GatewayError) {
        let envelope: GatewayEnvelope
        do {
            envelope = try text.withUnsafeReadableBytes { bytes throws(GatewayEnvelope.Malformed) in try GatewayEnvelope(reading: bytes) }
        } catch {
            throw GatewayError(.malformedFrame, detail: "expected \(error.expected) at byte \(error.offset) of \(text.readableBytes)")
        }
        data = envelope.data.flatMap { text.getSlice(at: text.readerIndex + $0.lowerBound, length: $0.count) } ?? ByteBuffer()
        switch GatewayOpcode(rawValue: envelope.opcode) {
        case .dispatch:
            guard let sequence = envelope.sequence, sequence > 0, let name = envelope.name else {
                throw GatewayError(.malformedFrame, detail: "a dispatch without s or t")
            }
            self.name = name
            switch name {
            case "READY":
                let ready = try Self.decode(Session.self, from: data, of: "READY")
                let address = ready.resume_gateway_url.flatMap { try? GatewayAddress($0) }
                signal = .ready(sequence: sequence, sessionID: ready.session_id, address: address)
            case "RESUMED": signal = .resumed(sequence: sequence)
            default: signal = .dispatch(sequence: sequence)
            }
            return
        case .heartbeat: signal = .heartbeatRequest
        case .reconnect: signal = .reconnect
        case .invalidSession: signal = .invalidSession(resumable: data.readableBytesView.elementsEqual("true".utf8))
        case .hello:
            let interval = Duration.milliseconds(try Self.decode(Hello.self, from: data, of: "HELLO").heartbeatInterval)
            signal = .hello(interval: min(max(interval, Self.shortestInterval), Self.longestInterval))
        case .heartbeatAcknowledge: signal = .heartbeatAck
        default: signal = .unknown(opcode: envelope.opcode)
        }
        name = nil
    }

    private static func decode<T: Decodable>(_ type: T.Type, from data: ByteBuffer, of what: String) throws(GatewayError) -> T {
        do { return try JSONReader().decode(type, from: data.readableBytesView) } catch {
            throw GatewayError(.malformedFrame, detail: "unreadable \(what)")
        }
    }
}
