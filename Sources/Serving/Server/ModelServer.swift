import Hummingbird
public import Inference
import Listening
public import Logging
public import ServiceLifecycle
public import Support

/// Offers models over OpenAI's API: `/v1/models`, `/v1/chat/completions`, `/v1/completions`, `/v1/images/generations`, with a token.
///
/// Any client of OpenAI's works with it. It stops at graceful shutdown once what is being written has been sent.
public final class ModelServer: Service {
    public struct Configuration: Sendable {
        public var host: String
        /// 0 lets the system choose.
        public var port: Int
        /// Whoever calls must show it.
        public var token: Secret
        /// Requests worked on at a time.
        public var seats = 64
        /// The largest body read, in bytes: pictures for a model that sees come in it.
        public var bodyLimit = 32 << 20
        /// Whether `GET /` with a header `prompt` is answered with plain text; where it listens on this machine alone, without the token.
        public var answersPlainly = false

        public init(host: String, port: Int, token: Secret) {
            self.host = host
            self.port = port
            self.token = token
        }

        var isLoopback: Bool { ["127.0.0.1", "localhost", "::1"].contains(host.lowercased()) }
    }

    private let configuration: Configuration
    private let models: ServedModels
    private let logger: Logger
    private let listening = ListeningPort()

    /// - Parameter randomness: draws the ids of answers.
    public init(
        configuration: Configuration, text: TextModelCatalog, images: ImageModelCatalog, clock: any WallClock,
        randomness: @escaping @Sendable () -> UInt64, logger: Logger
    ) {
        self.configuration = configuration
        models = ServedModels(
            text: text, images: images, clock: clock, randomness: randomness, seats: ServingSeats(configuration.seats),
            bodyLimit: configuration.bodyLimit, logger: logger)
        self.logger = logger
    }

    /// The port it listens on. Waits until it does.
    public func port() async throws -> Int { try await listening.port() }

    public func run() async throws {
        let router = Router(context: BasicRequestContext.self)
        router.add(
            middleware: ServingGuard(
                token: configuration.token, opensRoot: configuration.answersPlainly && configuration.isLoopback, logger: logger))
        router.get("health") { _, _ in Wire.response(["status": "ok"]) }
        models.addRoutes(to: router, plainly: configuration.answersPlainly)
        let application = Application(
            router: router, server: .patient(grace: .seconds(20)),
            configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            onServerRunning: { [listening, configuration] channel in
                listening.listens(on: channel.localAddress?.port ?? configuration.port)
            }, logger: logger)
        defer { listening.ends("The model server has ended.") }
        try await application.run()
    }
}
