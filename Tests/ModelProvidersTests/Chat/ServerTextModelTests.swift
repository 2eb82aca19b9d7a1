import AsyncHTTPClient
import Foundation
import Inference
import NIOHTTP1
import Support
import Testing

@testable import ModelProviders

@Suite("A text model on a server")
struct ServerTextModelTests {
    static let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ServerClient.httpConfiguration)
    static let models = WireServer.answer(#"{"object":"list","data":[{"id":"big","max_model_len":2048}]}"#)

    static func piece(_ text: String) -> String { #"data: {"choices":[{"delta":{"content":"\#(text)"}}]}"# + "\n\n" }
    static let end = #"data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"# + "\n\n"
    static let done = "data: [DONE]\n\n"

    private func model(
        _ server: WireServer, key: String? = nil, sees: Bool? = false, engine: ServerTextModel.Engine = .openai,
        clock: any WallClock = ManualClock()
    ) throws -> ServerTextModel {
        let client = ServerClient(
            try ServerAddress(server.address), model: "big", key: key.map { .bearer(Secret($0)) }, http: Self.http, clock: clock)
        return ServerTextModel(
            name: "big", summary: "", engine: engine, model: "big", client: client, seesImages: sees, clock: clock, jitter: { 1 })
    }

    private func ask(_ model: ServerTextModel, _ prompt: String = "Hi", images: [[UInt8]] = []) async throws -> ToldAnswer {
        var told = ToldAnswer()
        for try await event in model.stream(TextRequest(messages: [ChatMessage(.user, prompt, images: images)])) { told.take(event) }
        return told
    }

    /// A server whose chat follows the script, and which lists its model.
    private func server(_ script: @escaping @Sendable (WireServer.Request, Int) -> [WireServer.Step]) async throws -> WireServer {
        try await WireServer { request, number in request.head.uri == "/v1/models" ? Self.models : script(request, number - 1) }
    }

    @Test("An answer streams, and its end says what it took")
    func answers() async throws {
        let server = try await server { _, _ in WireServer.stream([Self.piece("Hel"), Self.piece("lo"), Self.end, Self.done]) }
        let model = try model(server, key: "sk-1")
        let told = try await ask(model)
        #expect(
            told == ToldAnswer(text: "Hello", completion: .init(finishReason: .stop, usage: .init(promptTokens: 3, completionTokens: 2))))
        #expect(model.card.contextTokens == 2_048)
        #expect(server.requests.map(\.head.uri) == ["/v1/models", "/v1/chat/completions"])
        #expect(server.requests.allSatisfy { $0.head.headers["authorization"] == ["Bearer sk-1"] })
        await server.stop()
    }

    @Test("What the server says of the model is asked once")
    func probedOnce() async throws {
        let server = try await server { _, _ in WireServer.stream([Self.piece("x"), Self.end, Self.done]) }
        let model = try model(server)
        for _ in 0..<3 { _ = try await ask(model) }
        #expect(server.requests.filter { $0.head.uri == "/v1/models" }.count == 1)
        await server.stop()
    }

    @Test("A server that is busy is asked again after the time it names")
    func retryAfter() async throws {
        let clock = ManualClock()
        let server = try await server { _, number in
            number == 0
                ? WireServer.answer(
                    #"{"error":{"message":"slow down"}}"#, status: "429 Too Many Requests", headers: "Retry-After: 7\r\n")
                : WireServer.stream([Self.piece("Hello"), Self.end, Self.done])
        }
        let model = try model(server, clock: clock)
        try await model.warmUp()
        let begin = clock.now()
        async let told = ask(model)
        while server.requests.count < 2 || clock.nextDeadline != begin + .seconds(7) { await Task.yield() }
        clock.advance(by: .milliseconds(6_999))
        #expect(server.requests.count == 2)
        clock.advance(by: .milliseconds(1))
        #expect(try await told.text == "Hello")
        await server.stop()
    }

    @Test("A server that is busy for longer than a person waits is told as such")
    func busyForLong() async throws {
        let server = try await server { _, _ in
            WireServer.answer("{}", status: "429 Too Many Requests", headers: "Retry-After: 90\r\n")
        }
        let error = try await #require(throws: ModelError.self) { try await ask(try model(server)) }
        #expect(error.code == .rateLimited)
        #expect(error.retryAfter == .seconds(90))
        await server.stop()
    }

    @Test("An answer that has begun is not asked for again when the server fails midway")
    func noSecondAnswer() async throws {
        let server = try await server { _, _ in
            WireServer.stream([Self.piece("Hel"), #"data: {"error":{"message":"overloaded","code":503}}"# + "\n\n"])
        }
        let error = try await #require(throws: ModelError.self) { try await ask(try model(server)) }
        #expect(error.code == .unavailable)
        #expect(server.requests.count == 2)
        await server.stop()
    }

    @Test("A server that falls silent in the middle is given up after a minute")
    func idle() async throws {
        let clock = ManualClock()
        let server = try await server { _, _ in WireServer.stream([Self.piece("Hel")], then: .silence) }
        let model = try model(server, clock: clock)
        try await model.warmUp()
        var events = model.stream(TextRequest(messages: [ChatMessage(.user, "Hi")])).makeAsyncIterator()
        #expect(try await events.next() == .text("Hel"))
        while clock.nextDeadline == nil { await Task.yield() }
        // The watch may still sleep until the first byte's deadline; the silence is a minute however often it looks.
        for _ in 0..<6 {
            clock.advance(by: .seconds(60))
            await Task.yield()
        }
        let error = await #expect(throws: ModelError.self) { while try await events.next() != nil {} }
        #expect(error?.code == .unavailable)
        await server.stop()
    }

    @Test("A server that says all and then never ends is not waited for", .timeLimit(.minutes(10)))
    func neverEnds() async throws {
        let server = try await server { _, _ in WireServer.stream([Self.piece("Hello"), Self.end], then: .silence) }
        #expect(try await ask(try model(server, clock: SystemClock())).text == "Hello")
        await server.stop()
    }

    @Test("A connection that breaks after all was said is a good end")
    func brokenAtTheEnd() async throws {
        let server = try await server { _, _ in
            let body = Self.piece("Hello") + Self.end
            return [.bytes("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count + 50)\r\n\r\n\(body)"), .close]
        }
        #expect(try await ask(try model(server)).completions.count == 1)
        await server.stop()
    }

    @Test("A connection that breaks midway is an error, not a short answer")
    func brokenMidway() async throws {
        let server = try await server { _, _ in
            let body = Self.piece("Hel")
            return [.bytes("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count + 50)\r\n\r\n\(body)"), .close]
        }
        let error = try await #require(throws: ModelError.self) { try await ask(try model(server)) }
        #expect(error.code == .unavailable)
        await server.stop()
    }

    @Test("Ending the iteration closes the connection, so that the server stops writing")
    func cancelled() async throws {
        let server = try await server { _, _ in WireServer.stream([Self.piece("Hel")], then: .silence) }
        let model = try model(server)
        for try await event in model.stream(TextRequest(messages: [ChatMessage(.user, "Hi")])) {
            #expect(event == .text("Hel"))
            break
        }
        while server.closed == 0 { await Task.yield() }
        await server.stop()
    }

    @Test("A key goes to no other host, whatever the server redirects to")
    func redirect() async throws {
        let other = try await WireServer { _, _ in WireServer.answer("stolen") }
        let server = try await WireServer { _, _ in
            WireServer.answer(
                "", status: "307 Temporary Redirect", headers: "Location: http://127.0.0.1:\(other.port)/v1/chat/completions\r\n")
        }
        let error = try await #require(throws: ModelError.self) { try await ask(try model(server, key: "sk-hidden")) }
        #expect(error.details.contains("redirects"))
        #expect(other.requests.isEmpty)
        await server.stop()
        await other.stop()
    }

    @Test("Neither the key nor the prompt stands in an error, whoever repeats them")
    func nothingLeaks() async throws {
        let server = try await server { request, _ in
            WireServer.answer(
                #"{"error":{"message":"cannot digest: \#(request.body.replacing("\"", with: "'"))"}}"#, status: "400 Bad Request")
        }
        let error = try await #require(throws: ModelError.self) {
            try await ask(try model(server, key: "sk-hidden"), "my private words, all of them")
        }
        #expect(error.code == .invalidRequest)
        for text in ["\(error)", error.userMessage, String(reflecting: error)] {
            #expect(!text.contains("private"))
            #expect(!text.contains("sk-hidden"))
        }
        await server.stop()

        let echo = try await self.server { _, _ in
            WireServer.answer(#"{"error":{"message":"unknown: Bearer sk-hidden"}}"#, status: "400 Bad Request")
        }
        let second = try await #require(throws: ModelError.self) { try await ask(try model(echo, key: "sk-hidden")) }
        #expect(!"\(second)".contains("sk-hidden"))
        await echo.stop()
    }

    @Test("An answer without end is cut at its bound")
    func bounded() async throws {
        let server = try await server { _, _ in
            WireServer.stream([String](repeating: Self.piece(String(repeating: "x", count: 60_000)), count: 300))
        }
        let error = try await #require(throws: ModelError.self) { try await ask(try model(server)) }
        #expect(error.code == .invalidResponse)
        await server.stop()
    }

    @Test("What a server refuses is left out, and it is asked again at once")
    func learns() async throws {
        let server = try await server { request, _ in
            request.body.contains("stream_options")
                ? WireServer.answer(
                    #"{"error":{"message":"Unrecognized request argument supplied: stream_options"}}"#, status: "400 Bad Request")
                : WireServer.stream([Self.piece("Hello"), Self.end, Self.done])
        }
        let model = try model(server)
        #expect(try await ask(model).text == "Hello")
        #expect(try await ask(model).text == "Hello")
        #expect(server.requests.count == 4)
        await server.stop()
    }

    @Test("Whether a model sees is tried with a tiny picture, once, where its server does not say", arguments: [true, false])
    func sight(sees: Bool) async throws {
        let server = try await server { request, _ in
            !sees && request.body.contains("image_url")
                ? WireServer.answer(#"{"error":{"message":"this model takes no images"}}"#, status: "400 Bad Request")
                : WireServer.stream([Self.piece("Hello"), Self.end, Self.done])
        }
        let model = try model(server, sees: nil)
        try await model.warmUp()
        #expect(model.card.seesImages == sees)
        let asked = server.requests.count
        if sees {
            #expect(try await ask(model, images: [[1, 2, 3]]).text == "Hello")
        } else {
            let error = try await #require(throws: ModelError.self) { try await ask(model, images: [[1, 2, 3]]) }
            #expect(error.code == .invalidRequest)
            #expect(server.requests.count == asked, "a picture was sent to a model that does not see")
        }
        await server.stop()
    }

    @Test("Ollama is asked in its own words, and says what its model can do")
    func ollama() async throws {
        let server = try await WireServer { request, _ in
            switch request.head.uri {
            case "/api/show":
                WireServer.answer(
                    #"{"capabilities":["completion","vision"],"model_info":{"general.architecture":"x","x.context_length":1024}}"#)
            case "/api/chat":
                WireServer.answer(
                    #"{"message":{"role":"assistant","content":"Hello"},"done":false}"# + "\n"
                        + #"{"message":{"content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":2}"# + "\n")
            default: WireServer.answer("", status: "404 Not Found")
            }
        }
        let model = try model(server, sees: nil, engine: .ollama)
        let told = try await ask(model, images: [[1, 2, 3]])
        #expect(
            told == ToldAnswer(text: "Hello", completion: .init(finishReason: .stop, usage: .init(promptTokens: 3, completionTokens: 2))))
        #expect(model.card.contextTokens == 1_024)
        #expect(server.requests.last?.body.contains(#""images":["AQID"]"#) == true)
        #expect(server.requests.last?.body.contains(#""num_ctx":1024"#) == true)
        await server.stop()
    }

    @Test("Tokens are counted by the server where it can, and guessed too high where it cannot")
    func counting() async throws {
        let llama = try await WireServer { request, _ in
            switch request.head.uri {
            case "/v1/models": WireServer.answer(#"{"data":[{"id":"big","owned_by":"llamacpp"}]}"#)
            case "/props": WireServer.answer(#"{"default_generation_settings":{"n_ctx":256},"modalities":{"vision":false}}"#)
            case "/apply-template": WireServer.answer(#"{"prompt":"<user>Hi"}"#)
            case "/tokenize": WireServer.answer(#"{"tokens":[1,{"id":2,"piece":"x"},3]}"#)
            default: WireServer.answer("", status: "404 Not Found")
            }
        }
        let model = try model(llama, sees: nil)
        #expect(try await model.countTokens([ChatMessage(.user, "Hi")]) == 3)
        #expect(model.card.contextTokens == 256)
        await llama.stop()

        let plain = try await server { _, _ in WireServer.answer("", status: "404 Not Found") }
        #expect(try await self.model(plain).countTokens([ChatMessage(.user, "Hello, how are you today?")]) >= 8)
        await plain.stop()
    }
}
