import NIOCore
import Testing

@testable import Discord

@Suite("A gateway connection", .timeLimit(.minutes(10)))
struct GatewayConnectionTests {
    /// Opens a connection and puts what it reads into an inbox; gives the close code when it ends.
    private func reading(
        _ gateway: ScriptedGateway, compression: GatewayAddress.Compression = .none, limits: GatewayConnector.Limits = .init(),
        _ script: (ScriptedConnection, GatewayConnection, Inbox<String>) async throws -> Void
    ) async throws -> Result<UInt16?, any Error> {
        let connector = GatewayConnector(limits: limits)
        let connection = try await connector.open(GatewayAddress(gateway.url), compression: compression, attempt: .init())
        let texts = Inbox<String>()
        return try await withThrowingTaskGroup(of: Result<UInt16?, any Error>.self) { group in
            group.addTask {
                defer { texts.finish() }
                do {
                    let code = try await connection.read { text in
                        texts.put(String(buffer: text))
                        return true
                    }
                    return .success(code)
                } catch { return .failure(error) }
            }
            let server = try #require(await gateway.connections.next())
            try await script(server, connection, texts)
            return try #require(try await group.next())
        }
    }

    @Test("HELLO in the very segment of the upgrade's answer is not lost")
    func helloWithUpgrade() async throws {
        let greeting = ScriptedConnection.frame(1, Array(ScriptedConnection.hello(interval: 41_250).utf8))
        try await ScriptedGateway.serve(greeting: greeting) { gateway in
            _ = try await reading(gateway) { server, _, texts in
                #expect(await texts.next() == ScriptedConnection.hello(interval: 41_250))
                server.drop()
            }
        }
    }

    @Test("It asks for version 10, JSON and the compression, names its host, and masks what it sends")
    func request() async throws {
        try await ScriptedGateway.serve { gateway in
            _ = try await reading(gateway, compression: .zlibStream) { server, connection, _ in
                #expect(server.target == "/gateway?v=10&encoding=json&compress=zlib-stream")
                #expect(server.headers["host"].map { gateway.url.contains($0) } == true)
                connection.send(ByteBuffer(string: "hello"))
                #expect(await server.received.next() == .text("hello"))
                let long = String(repeating: "x", count: 4_000)
                connection.send(ByteBuffer(string: long))
                #expect(await server.received.next() == .text(long))
                server.drop()
            }
        }
    }

    @Test("Plain text and compressed binary are both understood, in one connection, in fragments, and larger than a default frame")
    func textAndCompressed() async throws {
        try await ScriptedGateway.serve { gateway in
            let result = try await reading(gateway, compression: .zlibStream) { server, _, texts in
                let deflater = Deflater()
                server.send(text: "plain")
                #expect(await texts.next() == "plain")
                server.send(binary: deflater.deflate(Array("packed".utf8)))
                #expect(await texts.next() == "packed")
                let large = String(repeating: "0123456789", count: 100_000)
                server.send(binary: deflater.deflate(Array(large.utf8)))
                #expect(await texts.next() == large)
                server.send(text: large)
                #expect(await texts.next() == large)
                let packed = deflater.deflate(Array("in fragments".utf8))
                server.send(ScriptedConnection.frame(2, Array(packed[..<5]), isFinal: false))
                server.send(ScriptedConnection.frame(0, Array(packed[5...9]), isFinal: false))
                server.send(ScriptedConnection.frame(0, Array(packed[10...])))
                #expect(await texts.next() == "in fragments")
                for byte in ScriptedConnection.frame(1, Array("byte by byte".utf8)) { server.send([byte]) }
                #expect(await texts.next() == "byte by byte")
                server.close(4_009)
                #expect(await server.received.next() == .close(4_009), "a close is answered")
                server.drop()
            }
            #expect(try result.get() == 4_009)
        }
    }

    @Test("A ping is answered with its own data")
    func ping() async throws {
        try await ScriptedGateway.serve { gateway in
            _ = try await reading(gateway) { server, _, _ in
                server.send(ScriptedConnection.frame(9, [1, 2, 3]))
                #expect(await server.received.next() == .pong([1, 2, 3]))
                server.drop()
            }
        }
    }

    @Test("Our close carries its code, and the socket ends even if nobody answers")
    func close() async throws {
        try await ScriptedGateway.serve { gateway in
            let result = try await reading(gateway) { server, connection, texts in
                connection.close(code: 4_000)
                #expect(await server.received.next() == .close(4_000))
                #expect(await texts.next() == nil)
            }
            #expect(try result.get() == nil)
        }
    }

    @Test("Held up it hands on nothing, then all that came and last the close code, though the socket ended long ago")
    func heldUp() async throws {
        try await ScriptedGateway.serve { gateway in
            let connection = try await GatewayConnector().open(GatewayAddress(gateway.url), compression: .none, attempt: .init())
            let server = try #require(await gateway.connections.next())
            server.send((1...3).flatMap { ScriptedConnection.frame(1, Array("\($0)".utf8)) } + ScriptedConnection.frame(8, [0x0F, 0xA4]))
            server.drop()
            let texts = Inbox<String>()
            async let code = connection.read { text in
                texts.put(String(buffer: text))
                return false
            }
            for number in 1...3 {
                #expect(await texts.next() == "\(number)")
                #expect(texts.waiting.isEmpty)
                connection.goOn()
            }
            #expect(try await code == 4_004)
        }
    }

    @Test("Cancelled while it is held up it ends at once, and so does its socket")
    func cancelledHeldUp() async throws {
        try await ScriptedGateway.serve { gateway in
            let connection = try await GatewayConnector().open(GatewayAddress(gateway.url), compression: .none, attempt: .init())
            let server = try #require(await gateway.connections.next())
            server.send((1...3).flatMap { ScriptedConnection.frame(1, Array("\($0)".utf8)) })
            let texts = Inbox<String>()
            let reading = Task {
                try await connection.read { text in
                    texts.put(String(buffer: text))
                    return false
                }
            }
            #expect(await texts.next() == "1")
            reading.cancel()
            #expect(try await reading.value == nil)
            #expect(await server.received.next() == nil)
            #expect(texts.waiting.isEmpty)
        }
    }

    @Test("A message over the bound ends the connection, be it large as it is or once inflated")
    func bounds() async throws {
        var limits = GatewayConnector.Limits()
        limits.maxMessageBytes = 10_000
        limits.maxInflatedBytes = 100_000
        let small = limits
        try await ScriptedGateway.serve { gateway in
            let large = try await reading(gateway, limits: small) { server, _, texts in
                server.send(text: String(repeating: "x", count: 10_001))
                #expect(await texts.next() == nil)
                #expect(await server.received.next() == .close(1_009), "too big, it is told")
            }
            #expect((try? large.get()) ?? nil == nil)
            let bomb = try await reading(gateway, limits: small) { server, _, texts in
                server.send(binary: Deflater().deflate([UInt8](repeating: 0, count: 200_000)))
                #expect(await texts.next() == nil)
            }
            #expect(throws: InflateFailure.inflatedTooLarge(limit: 100_000)) { try bomb.get() }
            let garbage = try await reading(gateway, limits: small) { server, _, texts in
                server.send(binary: [9, 9, 9, 9, 0, 0, 0xFF, 0xFF])
                #expect(await texts.next() == nil)
            }
            #expect(throws: InflateFailure.self) { try garbage.get() }
        }
    }

    @Test("A server that is no gateway, and one that never answers, are given up")
    func refused() async throws {
        try await ScriptedGateway.serve(refusal: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") { gateway in
            await #expect(throws: (any Error).self) {
                try await GatewayConnector().open(GatewayAddress(gateway.url), compression: .none, attempt: .init())
            }
        }
        try await ScriptedGateway.serve(answersUpgrade: false) { gateway in
            await #expect(throws: (any Error).self) {
                try await GatewayConnector(timeout: .milliseconds(50))
                    .open(GatewayAddress(gateway.url), compression: .none, attempt: .init())
            }
        }
        await #expect(throws: (any Error).self) {
            try await GatewayConnector().open(GatewayAddress("ws://127.0.0.1:1"), compression: .none, attempt: .init())
        }
    }

    @Test("An attempt that is cancelled ends at once, whether it had begun or not")
    func cancelledAttempt() async throws {
        try await ScriptedGateway.serve(answersUpgrade: false) { gateway in
            let attempt = GatewayConnectionAttempt()
            attempt.cancel()
            await #expect(throws: (any Error).self) {
                try await GatewayConnector(timeout: .hours(1)).open(GatewayAddress(gateway.url), compression: .none, attempt: attempt)
            }
        }
    }
}
