import NIOCore
import NIOEmbedded
import NIOWebSocket
import Synchronization
import Testing

@testable import Discord

/// SplitMix64: the same cases in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Damages bytes the way lines and adversaries do.
struct Mutator {
    var random: SeededGenerator
    private static let spice: [[UInt8]] = [
        Array("\"".utf8), Array("\\".utf8), Array("{".utf8), Array("}".utf8), Array("]".utf8), Array("[[[[[[".utf8), Array(":,".utf8),
        Array("null".utf8), Array("-".utf8), Array("99999999999999999999".utf8), Array("1e999".utf8), Array(#"\ud800"#.utf8), [0xFF], [0],
        [0xC3, 0x28], [0, 0, 0xFF, 0xFF],
    ]

    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1 where !bytes.isEmpty: bytes[place] = .random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &random)))
            case 3: bytes.insert(contentsOf: Self.spice.randomElement(using: &random)!, at: place)
            case 4: bytes = Array(bytes[..<place])
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: place)
            }
        }
        return bytes
    }
}

@Suite("Damaged gateway traffic", .timeLimit(.minutes(10)))
struct GatewayFuzzTests {
    private static let payloads: [String] = [
        ScriptedConnection.hello(interval: 41_250), ScriptedConnection.ready(session: "s", resume: "wss://resume.example"),
        #"{"op":0,"t":"RESUMED","s":3,"d":{}}"#, #"{"op":1,"d":null}"#, #"{"op":7}"#, #"{"op":9,"d":false}"#, #"{"op":11}"#,
        #"{"op":0,"t":"MESSAGE_DELETE","s":4,"d":{"id":"1","channel_id":"2"}}"#,
        #"{"op":0,"t":"MESSAGE_CREATE","s":5,"d":{"id":"1","channel_id":"2","author":{"id":"3","username":"a"},"content":"\"hi\" é","timestamp":"2026-01-01T00:00:00+00:00","edited_timestamp":null,"type":0,"mentions":[],"attachments":[],"embeds":[{"title":"t","fields":[{"name":"n","value":"v"}]}]}}"#,
        #"{"op":0,"t":"INTERACTION_CREATE","s":6,"d":{"id":"7","application_id":"9","type":2,"token":"t","version":1,"data":{"id":"1","name":"generate","type":1,"options":[{"name":"prompt","type":3,"value":"two red circles"}]}}}"#,
        #"{"op":0,"t":"GUILD_CREATE","s":7,"d":{"id":"1","name":"g","roles":[],"channels":[{"id":"2","type":0,"name":"c"}],"members":[]}}"#,
        #"{"op":0,"t":"ENTITLEMENT_CREATE","s":8,"d":{"id":"1","sku_id":"2","application_id":"3","type":8}}"#,
    ]

    /// Everything a payload goes through, and the machine's own invariants after it.
    private func live(_ text: ByteBuffer, _ machine: inout Machine, _ now: Double, jitter: Double) -> Bool {
        let signal: Machine.Signal
        var decoded = false
        if let frame = try? GatewayFrame(reading: text) {
            signal = frame.signal
            if let name = frame.name { decoded = (try? GatewayEvent(name: name, data: frame.data)) != nil }
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

    @Test("A hundred thousand damaged payloads: none crashes, hangs or derails the machine", arguments: 0..<4)
    func payloads(seed: Int) {
        var mutator = Mutator(random: SeededGenerator(state: UInt64(seed)))
        var machine = Place.awaitingHello()
        var decoded = 0
        for round in 0..<25_000 {
            var bytes = Array(Self.payloads.randomElement(using: &mutator.random)!.utf8)
            if round % 4 != 0 { bytes = mutator.mutate(bytes) }
            if live(ByteBuffer(bytes: bytes), &machine, Double(round), jitter: .random(in: 0...1, using: &mutator.random)) { decoded += 1 }
        }
        #expect(decoded > 1_000, "the undamaged quarter still comes through")
    }

    @Test("Damaged compressed streams are refused or give bounded text, and never crash")
    func streams() throws {
        var mutator = Mutator(random: SeededGenerator(state: 7))
        var refused = 0
        for _ in 0..<3_000 {
            let deflater = Deflater()
            let inflater = try ZlibInflater(maxCompressed: 10_000, maxInflated: 50_000)
            do {
                for _ in 0..<4 {
                    let payload = Array(Self.payloads.randomElement(using: &mutator.random)!.utf8)
                    let packed = deflater.deflate(payload)
                    let message = Bool.random(using: &mutator.random) ? packed : mutator.mutate(packed)
                    if let text = try inflater.feed(ByteBuffer(bytes: message)) {
                        #expect(text.readableBytes <= 50_000 + 65_536)
                        _ = try? GatewayFrame(reading: text)
                    }
                }
            } catch { refused += 1 }
        }
        #expect(refused > 100)
    }

    @Test("Damaged WebSocket frames end the connection or are read, and never crash")
    func frames() throws {
        var mutator = Mutator(random: SeededGenerator(state: 11))
        var read = 0
        for round in 0..<3_000 {
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
        #expect(read > 300, "the undamaged third still comes through")
    }

    @Test("Servers that break off, or send damaged handshakes and first frames, fail the connection and nothing else")
    func handshakes() async throws {
        let mutator = Mutex(Mutator(random: SeededGenerator(state: 13)))
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
                if round % 5 != 0 { _ = try? await connection.read { _ in } }
            }
            #expect(opened > 50)
        }
    }
}
