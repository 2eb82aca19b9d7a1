import Hummingbird
import Listening
public import Logging
public import ServiceLifecycle

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

    private let configuration: Configuration
    private let routes: [any ConsoleRoutes]
    private let logger: Logger
    private let listening = ListeningPort()

    public init(configuration: Configuration, routes: [any ConsoleRoutes], logger: Logger) {
        self.configuration = configuration
        self.routes = routes
        self.logger = logger
    }

    /// The port it listens on. Waits until it does.
    public func port() async throws -> Int { try await listening.port() }

    public func run() async throws {
        let router = Router(context: ConsoleContext.self)
        router.add(middleware: SafetyHeaders())
        router.add(middleware: ProblemMiddleware(logger: logger))
        for routes in routes { routes.add(to: router) }
        let application = Application(
            router: router, server: .patient(grace: .seconds(5)),
            configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            onServerRunning: { [listening, configuration, logger] channel in
                let port = channel.localAddress?.port ?? configuration.port
                logger.info("the HTTP service listens", metadata: ["host": "\(configuration.host)", "port": "\(port)"])
                listening.listens(on: port)
            }, logger: logger)
        defer { listening.ends("The HTTP service has ended.") }
        try await application.run()
    }
}
