import Hummingbird
public import Inference
public import Logging
public import ServiceLifecycle
public import Support
import Synchronization

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

        public init(host: String, port: Int, token: Secret) {
            self.host = host
            self.port = port
            self.token = token
        }
    }

    private enum Phase {
        case waiting([CheckedContinuation<Int, any Error>])
        case running(port: Int)
        case ended
    }

    /// It could not listen, or has stopped.
    public struct NotRunning: Error {}

    private let configuration: Configuration
    private let models: ServedModels
    private let logger: Logger
    private let phase = Mutex(Phase.waiting([]))

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
    public func port() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            phase.withLock { phase in
                switch phase {
                case .waiting(let others): phase = .waiting(others + [continuation])
                case .running(let port): continuation.resume(returning: port)
                case .ended: continuation.resume(throwing: NotRunning())
                }
            }
        }
    }

    public func run() async throws {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ServingGuard(token: configuration.token, logger: logger))
        router.get("health") { _, _ in Wire.response(["status": "ok"]) }
        models.addRoutes(to: router)
        let application = Application(
            router: router, configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            onServerRunning: { [self] channel in started(port: channel.localAddress?.port ?? configuration.port) }, logger: logger)
        defer { end() }
        try await application.run()
    }

    private func started(port: Int) {
        let waiting = phase.withLock { phase in
            defer { phase = .running(port: port) }
            if case .waiting(let waiting) = phase { return waiting } else { return [] }
        }
        for continuation in waiting { continuation.resume(returning: port) }
    }

    private func end() {
        let waiting = phase.withLock { phase in
            defer { phase = .ended }
            if case .waiting(let waiting) = phase { return waiting } else { return [] }
        }
        for continuation in waiting { continuation.resume(throwing: NotRunning()) }
    }
}
