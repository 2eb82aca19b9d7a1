import Hummingbird
public import Logging
public import ServiceLifecycle
import Synchronization

/// The HTTP service of a Troupe: health, the credits API, what Discord posts. One port, loopback only unless told otherwise.
///
/// Rooms bring their routes (``ConsoleRoutes``); this file knows none of them. It stops at graceful shutdown once what is on its way has
/// been answered.
public final class ConsoleServer: Service {
    public struct Configuration: Sendable, Hashable {
        public var host: String
        /// 0 lets the system choose.
        public var port: Int

        public init(host: String = "127.0.0.1", port: Int = 8080) {
            self.host = host
            self.port = port
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
    private let routes: [any ConsoleRoutes]
    private let logger: Logger
    private let phase = Mutex(Phase.waiting([]))

    public init(configuration: Configuration, routes: [any ConsoleRoutes], logger: Logger) {
        self.configuration = configuration
        self.routes = routes
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
        let router = Router(context: ConsoleContext.self)
        router.add(middleware: SafetyHeaders())
        router.add(middleware: ProblemMiddleware(logger: logger))
        for routes in routes { routes.add(to: router) }
        let application = Application(
            router: router, configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            onServerRunning: { [self] channel in started(port: channel.localAddress?.port ?? configuration.port) }, logger: logger)
        defer { end() }
        try await application.run()
    }

    private func started(port: Int) {
        logger.info("the HTTP service listens", metadata: ["host": "\(configuration.host)", "port": "\(port)"])
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
