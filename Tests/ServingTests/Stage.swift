import AsyncHTTPClient
import Foundation
import Inference
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Support
import Synchronization
import Testing

@testable import Serving

/// A text model that writes what a test tells it to.
final class ScriptedWriter: TextModel {
    let card: TextModelCard
    private let script: @Sendable (TextRequest, AsyncThrowingStream<TextEvent, any Error>.Continuation) -> Void
    let asked = Mutex<[TextRequest]>([])
    let stopped = Atomic(0)

    init(
        _ name: String = "writer", context: Int = 100, sees: Bool = false,
        _ script: @escaping @Sendable (TextRequest, AsyncThrowingStream<TextEvent, any Error>.Continuation) -> Void
    ) {
        card = TextModelCard(name: name, summary: "", contextTokens: context, seesImages: sees)
        self.script = script
    }

    /// Writes these pieces and ends well.
    convenience init(_ name: String = "writer", context: Int = 100, sees: Bool = false, saying pieces: [TextEvent]) {
        self.init(name, context: context, sees: sees) { _, continuation in
            for piece in pieces { continuation.yield(piece) }
            continuation.yield(.finished(TextCompletion(finishReason: .stop, usage: TextUsage(promptTokens: 5, completionTokens: 2))))
            continuation.finish()
        }
    }

    func stream(_ request: TextRequest) -> AsyncThrowingStream<TextEvent, any Error> {
        asked.withLock { $0.append(request) }
        return AsyncThrowingStream { continuation in
            continuation.onTermination = { [weak self] reason in
                if case .cancelled = reason { self?.stopped.add(1, ordering: .relaxed) }
            }
            script(request, continuation)
        }
    }

    /// One token a word.
    func countTokens(_ messages: [ChatMessage]) async throws -> Int { messages.reduce(0) { $0 + $1.content.split(separator: " ").count } }
}

/// An image model that paints the same four bytes, or fails.
struct ScriptedPainter: ImageModel {
    var card: ImageModelCard
    var failure: ModelError?

    init(failure: ModelError? = nil) {
        var abilities = ImageModelCard.Abilities()
        abilities.sizes = [ImageSize(width: 64, height: 64)]
        card = ImageModelCard(name: "painter", summary: "", maximumCount: 3, abilities: abilities)
        self.failure = failure
    }

    func generate(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        if let failure { throw failure }
        return ImageResult(images: Array(repeating: [1, 2, 3, 4], count: request.count), seeds: [])
    }
}

/// A running server of models, and a client with its token.
struct Stage: Sendable {
    static let http = HTTPClient(eventLoopGroupProvider: .singleton)
    let base: String

    /// Runs the server around a test.
    static func run(
        text: [any TextModel] = [], images: [any ImageModel] = [], seats: Int = 64, bodyLimit: Int = 1 << 20, plainly: Bool = false,
        _ test: @escaping @Sendable (Stage) async throws -> Void
    ) async throws {
        var configuration = ModelServer.Configuration(host: "127.0.0.1", port: 0, token: Secret("right"))
        configuration.seats = seats
        configuration.bodyLimit = bodyLimit
        configuration.answersPlainly = plainly
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = ModelServer(
            configuration: configuration, text: TextModelCatalog(text), images: ImageModelCatalog(images), clock: SystemClock(),
            randomness: { 7 }, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let stage = Stage(base: "http://127.0.0.1:\(try await server.port())")
            do { try await test(stage) } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: String

        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:] }
        var error: [String: Any] { json["error"] as? [String: Any] ?? [:] }
        /// What stood after each `data: `.
        var events: [String] { body.split(separator: "\n\n").map { String($0.dropFirst("data: ".count)) } }
    }

    func request(_ path: String, _ body: String? = nil, token: String? = "right") -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.method = .POST
            request.body = .bytes(ByteBuffer(string: body))
        }
        return request
    }

    func send(_ path: String, _ body: String? = nil, token: String? = "right", headers: [String: String] = [:]) async throws -> Answer {
        var request = request(path, body, token: token)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let answer = try await Self.http.execute(request, timeout: .seconds(30))
        return Answer(
            status: Int(answer.status.code), headers: answer.headers, body: String(buffer: try await answer.body.collect(upTo: 1 << 20)))
    }

    /// `GET /`, by a program that knows no token.
    func plain(_ prompt: String?, model: String? = nil, host: String? = nil, token: String? = nil) async throws -> Answer {
        let headers = ["prompt": prompt, "model": model, "host": host].compactMapValues(\.self)
        return try await send("/", token: token, headers: headers)
    }

    func chat(_ more: String = "", content: String = #""hello you""#, model: String = "writer") async throws -> Answer {
        try await send("/v1/chat/completions", #"{"model":"\#(model)","messages":[{"role":"user","content":\#(content)}]\#(more)}"#)
    }
}
