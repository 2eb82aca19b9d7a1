import AsyncHTTPClient
import DiscordEmulator
import DiscordModels
import Foundation
import Features
import Logging
import ServiceLifecycle
import Support

/// The Discord that Troupe brings along.
struct EmulatorPart {
    /// What Troupe's own bot logs in with there; the emulator takes any.
    static let token = Secret("the-emulator-takes-any-token")

    /// What only the command line says of it.
    struct Stage: Sendable {
        /// The only token that it takes; nil: any.
        var onlyToken: Secret?
        var stateFile: String?
        /// In YAML.
        var population: String?
        var scenario: String?
    }

    let server: EmulatorServer
    let settings: Settings
    let onlyToken: Secret?

    init(settings: Settings, stage: Stage, logger: Logger) {
        var configuration = EmulatorConfiguration()
        configuration.host = settings.emulator.host
        configuration.port = settings.emulator.port
        configuration.token = stage.onlyToken
        configuration.stateFile = stage.stateFile
        configuration.population = stage.population
        configuration.scenario = stage.scenario
        self.settings = settings
        onlyToken = stage.onlyToken
        server = EmulatorServer(configuration: configuration, clock: SystemClock(), logger: logger)
    }

    /// Where its REST API is, once it listens.
    func apiAddress() async throws -> String { "\(try await server.address())/api/v10" }

    var service: any Service { Listener(service: server, address: settings.emulator, advice: "--listen 127.0.0.1:0") }

    /// The line that tells where to look, once there is something to see.
    func announcement(withBot: Bool) -> [any Service] { [Announcement(server: server, withBot: withBot, token: onlyToken)] }

    private struct Announcement: Service {
        let server: EmulatorServer
        let withBot: Bool
        let token: Secret?

        func run() async throws {
            guard let address = try? await server.address() else { return try await gracefulShutdown() }
            if withBot {
                Terminal.say("Open \(address) : a Discord of your own, with the bot in it. Type /generate.")
            } else {
                Terminal.say("Open \(address) : a Discord of your own. Point a bot at \(address)/api/v10.")
                Terminal.say(Self.advice(address, token: token))
            }
            try await gracefulShutdown()
        }

        /// A token of Discord's form, of the application that is there from the start.
        private static let wellFormed = "\(Data("\(EmulatorControl.application)".utf8).base64EncodedString()).local.emulator"

        /// What the author of a bot sets in the library they use.
        private static func advice(_ address: String, token: Secret?) -> String {
            """
              discord.py  discord.http.Route.BASE = "\(address)/api/v10"
                          discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL("\(EmulatorServer.gatewayAddress(at: address))")
              nextcord    nextcord.http.Route.BASE = "\(address)/api/v10"
              discord.js  new Client({ intents, rest: { api: "\(address)/api" } })
              JDA         builder.setRestConfig(new RestConfig().setBaseUrl("\(address)/api/v10/"))
              hikari      hikari.GatewayBot(token, rest_url="\(address)/api/v10")
              any other   the base address of its REST client; the gateway's address is asked for there
              token       \(token == nil ? "any; for libraries that look at it: \(Self.wellFormed)" : "the one given with --token")
            """
        }
    }
}

/// Troupe's bot in the emulator: made once the emulator has its address.
struct DeferredBot: Service {
    let base: Foundations
    let works: [FeatureWork]
    let shards: ShardWish
    let token: Secret
    let stage: EmulatorPart
    let http: HTTPClient

    func run() async throws {
        // An emulator that does not listen says so itself.
        guard let address = try? await stage.apiAddress() else { return try await gracefulShutdown() }
        let bot = try await BotPart(base, works, shards: shards, token: token, baseURL: address, http: http)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in bot.services { group.addTask { try await service.run() } }
            while try await group.next() != nil {}
        }
    }
}
