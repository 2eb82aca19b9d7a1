import AsyncHTTPClient
import DiscordEmulator
import Logging
import ServiceLifecycle
import Support

/// The Discord that Troupe brings along.
struct EmulatorPart {
    /// What Troupe's own bot logs in with there; the emulator takes any.
    static let token = Secret("the-emulator-takes-any-token")

    let server: EmulatorServer
    let settings: Settings

    init(settings: Settings, onlyToken: Secret?, logger: Logger) {
        var configuration = EmulatorConfiguration()
        configuration.host = settings.emulator.host
        configuration.port = settings.emulator.port
        configuration.token = onlyToken
        self.settings = settings
        server = EmulatorServer(configuration: configuration, clock: SystemClock(), logger: logger)
    }

    var service: any Service { Listener(service: server, address: settings.emulator, advice: "--listen 127.0.0.1:0") }

    /// The line that tells where to look, once there is something to see.
    func announcement(withBot: Bool) -> [any Service] { [Announcement(server: server, withBot: withBot)] }

    private struct Announcement: Service {
        let server: EmulatorServer
        let withBot: Bool

        func run() async throws {
            let address = try await server.address()
            if withBot {
                Terminal.say("Open \(address) : a Discord of your own, with the bot in it. Type /generate.")
            } else {
                Terminal.say("Open \(address) : a Discord of your own. Point a bot at \(address)/api/v10.")
            }
            try await gracefulShutdown()
        }
    }
}

/// Troupe's bot in the emulator: made once the emulator has its address.
struct DeferredBot: Service {
    let base: Foundations
    let token: Secret
    let stage: EmulatorPart
    let http: HTTPClient

    func run() async throws {
        let address = try await stage.server.address()
        let bot = try await BotPart(base, token: token, baseURL: "\(address)/api/v10", http: http)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in bot.services { group.addTask { try await service.run() } }
            while try await group.next() != nil {}
        }
    }
}
