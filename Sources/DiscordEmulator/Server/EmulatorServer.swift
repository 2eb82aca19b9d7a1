import Hummingbird
import HummingbirdCore
import Listening
public import Logging
import NIOCore
public import ServiceLifecycle
public import Support

/// A Discord on localhost, as a service: REST, gateway, CDN, control API and web client on one port.
///
/// It stops at graceful shutdown, after telling its sockets. What lives in it is gone then.
public final class EmulatorServer: Service {
    let core: EmulatorCore
    private let logger: Logger
    private let listening = ListeningPort()

    public init(configuration: EmulatorConfiguration, clock: any WallClock, logger: Logger) {
        core = EmulatorCore(configuration, clock: clock)
        self.logger = logger
    }

    /// The people and the faults of this emulator, from inside the process.
    public var control: EmulatorControl { EmulatorControl(core: core) }

    /// Where it listens, as in `http://127.0.0.1:3000`. Waits until it does; throws if it could not or has ended.
    public func address() async throws -> String { "http://\(shownHost):\(try await port())" }

    /// Where bots find the gateway of the emulator at an address: by another name than the API, as in Discord itself. A client which keeps
    /// a pool of connections by name (aiohttp does) would otherwise ask for the upgrade on a connection that already speaks plain HTTP.
    public static func gatewayAddress(at address: String) -> String {
        let rest = address.hasPrefix("https:") ? "wss" + address.dropFirst(5) : "ws" + address.dropFirst(4)
        return rest.replacing("//127.0.0.1:", with: "//localhost:") + "/gateway"
    }

    /// The port it listens on. Waits until it does.
    public func port() async throws -> Int { try await listening.port() }

    /// A name under which loopback is reached when it listens everywhere.
    private var shownHost: String {
        switch core.configuration.host {
        case "0.0.0.0", "::": "127.0.0.1"
        case let host where host.contains(":"): "[\(host)]"
        case let host: host
        }
    }

    public func run() async throws {
        let configuration = core.configuration
        var hosts = configuration.allowedHosts
        if configuration.host != "0.0.0.0", configuration.host != "::" { hosts.append(shownHost) }
        let guardian = OriginGuard(allowedHosts: hosts)
        let responder = EmulatorResponder(core: core, guardian: guardian, pages: WebPages())
        let core = core
        let file = configuration.stateFile.map { StateFile(path: $0, core: core, logger: logger) }
        do { try prepare(file) } catch {
            listening.ends("\(error)")
            throw error
        }
        let application = Application(
            responder: CallbackResponder<EmulatorContext> { try await responder.respond(to: $0, $1) },
            server: .init { HTTPAndWebSocketChannel(responder: $0, socket: GatewaySocket(core: core), guardian: guardian) },
            configuration: .init(address: .hostname(configuration.host, port: configuration.port)),
            onServerRunning: { [self] channel in started(port: channel.localAddress?.port ?? configuration.port) },
            logger: logger)
        do {
            try await withGracefulShutdownHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await core.keepTime() }
                    group.addTask { await core.deliverInteractions() }
                    if let file { group.addTask { await file.keep() } }
                    try await application.run()
                    group.cancelAll()
                }
            } onGracefulShutdown: {
                core.shutDown()
            }
            file?.write()
            listening.ends("The emulator has ended.")
        } catch {
            core.shutDown()
            listening.ends("The emulator could not listen on \(configuration.host):\(configuration.port): \(error)")
            throw error
        }
    }

    /// The world as it was left, or else as it is to be born.
    private func prepare(_ file: StateFile?) throws {
        let isOld = try file?.load() ?? false
        if let population = core.configuration.population, !isOld {
            do throws(World.PlayError) { _ = try core.populate(YAMLReader.read(population)) } catch {
                throw EmulatorCore.BadState(description: "The seed cannot be used: \(error.sentence)")
            }
        }
        if let scenario = core.configuration.scenario {
            do throws(World.PlayError) { try core.order(YAMLReader.read(scenario)) } catch {
                throw EmulatorCore.BadState(description: "The scenario cannot be used: \(error.sentence)")
            }
        }
    }

    private func started(port: Int) {
        let address = "http://\(shownHost):\(port)"
        core.step { $0.world.baseAddress = address }
        logger.info("emulator listens", metadata: ["address": "\(address)"])
        listening.listens(on: port)
    }
}

extension EmulatorCore {
    /// Looks at the world whenever a deadline of an interaction comes, until the alarms end.
    func keepTime() async {
        await withDiscardingTaskGroup { group in
            for await moment in alarms {
                group.addTask { [self] in
                    do { try await clock.sleep(until: moment) } catch { return }
                    step { _ in }
                }
            }
            group.cancelAll()
        }
    }
}

/// Runs an emulator for the length of `body`, then stops it. For tests and small tools.
public func withEmulator<Result: Sendable>(
    _ configuration: EmulatorConfiguration = EmulatorConfiguration(), clock: any WallClock = SystemClock(),
    logger: Logger = Logger(label: "emulator", factory: { _ in SwiftLogNoOpLogHandler() }),
    _ body: @escaping @Sendable (EmulatorServer) async throws -> Result
) async throws -> Result {
    let server = EmulatorServer(configuration: configuration, clock: clock, logger: logger)
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        do {
            _ = try await server.port()
            let result = try await body(server)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
    }
}
