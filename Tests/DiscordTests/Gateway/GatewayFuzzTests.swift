import DiscordModels
import NIOCore
import NIOEmbedded
import NIOWebSocket
import RepeatableChance
import Support
import Synchronization
import Testing

@testable import Discord

@Suite("Damaged gateway traffic", .timeLimit(.minutes(120)))
struct GatewayFuzzTests {
    private static let payloads: [String] =
        [
            ScriptedConnection.hello(interval: 41_250), ScriptedConnection.ready(session: "s", resume: "wss://resume.example"),
            #"{"op":0,"t":"RESUMED","s":3,"d":{}}"#, #"{"op":1,"d":null}"#, #"{"op":7}"#, #"{"op":9,"d":false}"#, #"{"op":11}"#,
        ] + Samples.dispatches

    private let cache = GatewayCache()

    /// Everything a payload goes through, and the machine's own invariants after it.
    private func live(_ text: ByteBuffer, _ machine: inout Machine, _ now: Double, jitter: Double) -> Bool {
        let signal: Machine.Signal
        var decoded = false
        if let frame = try? GatewayFrame(reading: text) {
            signal = frame.signal
            if let name = frame.name {
                decoded = (try? GatewayEvent(name: name, data: frame.data)) != nil
                _ = cache.receive(name, frame.data)
            }
        } else {
            signal = .unreadable
        }
        let before = machine.session?.sequence
        var actions = machine.received(signal, at: at(now), jitter: jitter)
        if actions.contains(.requestIdentifyPermit) { actions += machine.identifyPermitted(at: at(now), now: at(now)) }
        if let before, let after = machine.session?.sequence,
            !actions.contains(where: { if case .sessionBegan = $0 { true } else { false } })
        {
            #expect(after >= before, "a sequence never goes back")
        }
        if case .closing = machine.state {
            _ = machine.disconnected(code: nil, at: at(now), jitter: jitter)
            guard case .waiting = machine.state else {
                Issue.record("\(machine.state) after a close")
                return decoded
            }
            _ = machine.nextStep(at: at(now + 1_000))
            _ = machine.connected(at: at(now))
        }
        return decoded
    }

    @Test("Of tens of thousands of damaged payloads none crashes, hangs or derails the machine", arguments: 0..<4)
    func payloads(seed: Int) async {
        var mutator = Mutator(random: SplitMix64(seed: UInt64(seed)))
        var machine = Place.awaitingHello()
        var decoded = 0
        let cases = Fuzz.cases(percent: 50) / 4
        let values = Self.payloads.compactMap { try? JSONValue(reading: $0) }
        for round in 0..<cases {
            await Fuzz.breathe(round)
            var bytes = Array(Self.payloads.randomElement(using: &mutator.random)!.utf8)
            switch round % 4 {
            case 0: break
            case 1: bytes = mutator.mutate(mutator.random.pick(values)).bytes
            default: bytes = mutator.mutate(bytes)
            }
            if live(ByteBuffer(bytes: bytes), &machine, Double(round), jitter: .random(in: 0...1, using: &mutator.random)) { decoded += 1 }
        }
        #expect(decoded > cases / 25, "the undamaged quarter still comes through")
    }

    @Test("Damaged compressed streams are refused or give bounded text, and never crash")
    func streams() async throws {
        var mutator = Mutator(random: SplitMix64(seed: 7))
        var refused = 0
        let cases = Fuzz.cases(percent: 10)
        for round in 0..<cases {
            await Fuzz.breathe(round)
            let deflater = Deflater()
            let compressor = ZstdCompressor()
            let inflater: any GatewayInflater =
                round % 2 == 0
                ? try ZlibInflater(maxCompressed: 10_000, maxInflated: 50_000)
                : try ZstdInflater(maxCompressed: 10_000, maxInflated: 50_000)
            do {
                for _ in 0..<4 {
                    let payload = Array(Self.payloads.randomElement(using: &mutator.random)!.utf8)
                    let packed = round % 2 == 0 ? deflater.deflate(payload) : compressor.compress(payload)
                    let message = Bool.random(using: &mutator.random) ? packed : mutator.mutate(packed)
                    if let text = try inflater.feed(ByteBuffer(bytes: message)) {
                        #expect(text.readableBytes <= 50_000 + 65_536)
                        _ = try? GatewayFrame(reading: text)
                    }
                }
            } catch { refused += 1 }
        }
        #expect(refused > cases / 10)
    }

    @Test("Damaged WebSocket frames end the connection or are read, and never crash")
    func frames() async throws {
        var mutator = Mutator(random: SplitMix64(seed: 11))
        var read = 0
        let cases = Fuzz.cases(percent: 10)
        for round in 0..<cases {
            await Fuzz.breathe(round)
            let channel = EmbeddedChannel()
            try channel.pipeline.syncOperations.addHandlers([
                ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 16)),
                NIOWebSocketFrameAggregator(minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 16, maxAccumulatedFrameSize: 1 << 16),
            ])
            var reader = GatewayMessageReader(limits: .init())
            var bytes: [UInt8] = []
            for _ in 0..<3 {
                let payload = Array(Self.payloads.randomElement(using: &mutator.random)!.utf8)
                bytes += ScriptedConnection.frame([1, 2, 8, 9, 0].randomElement(using: &mutator.random)!, payload)
            }
            do {
                try channel.writeInbound(ByteBuffer(bytes: round % 3 == 0 ? bytes : mutator.mutate(bytes)))
                while let frame = try channel.readInbound(as: WebSocketFrame.self) {
                    if case .text(let text) = try reader.read(frame) { read += (try? GatewayFrame(reading: text)) == nil ? 0 : 1 }
                }
            } catch {}
            _ = try? channel.finish(acceptAlreadyClosed: true)
        }
        #expect(read > cases / 10, "the undamaged third still comes through")
    }

    @Test("Servers that break off, or send damaged handshakes and first frames, fail the connection and nothing else")
    func handshakes() async throws {
        let mutator = Mutex(Mutator(random: SplitMix64(seed: 13)))
        let greeting = ScriptedConnection.frame(1, Array(Self.payloads[0].utf8)) + ScriptedConnection.frame(2, [1, 2, 0, 0, 0xFF, 0xFF])
        try await ScriptedGateway.serve(greeting: greeting, damage: { bytes in mutator.withLock { $0.mutate(bytes) } }) { gateway in
            let address = try GatewayAddress(gateway.url)
            let connector = GatewayConnector(timeout: .milliseconds(500))
            var opened = 0
            for round in 0..<500 {
                let attempt = GatewayConnectionAttempt()
                guard let connection = try? await connector.open(address, compression: .zlibStream, attempt: attempt) else { continue }
                opened += 1
                // Now and then an open connection is given up unread.
                if round % 5 != 0 { _ = try? await connection.read { _ in true } }
            }
            #expect(opened > 50)
        }
    }
}
