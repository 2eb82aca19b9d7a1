import AsyncHTTPClient
import Crypto
import Discord
import DiscordModels
import Features
import Foundation
import Inference
import Logging
import Memory
import ServiceLifecycle
import Support

/// The part that talks to Discord: gateway, commands, answers.
struct BotPart {
    let services: [any Service]
    /// Takes an interaction that came another way than by the gateway.
    let handle: @Sendable (Interaction, Timestamp) async throws -> Void

    /// - Parameters:
    ///   - works: the work halves of the features, wherever the work is done.
    ///   - token: the bot's.
    ///   - baseURL: Discord's REST API, or the emulator's.
    init(
        _ base: Foundations, _ works: [FeatureWork], shards: ShardWish, token: Secret, baseURL: String, http: HTTPClient
    ) async throws {
        var wire = RESTClient.Configuration(token: token, baseURL: baseURL)
        wire.userAgent = RESTClient.userAgent(address: base.settings.shop.publicAddress, version: Version.current)
        let rest = RESTClient(
            configuration: wire, transport: HTTPTransport(http: http), clock: base.clock,
            logger: base.logger,
            randomness: base.randomness)
        let fresh = Secret((0..<4).map { _ in String(base.randomness(), radix: 36) + "-" }.joined().padding(to: 32))
        let stage = Stage(
            jobs: base.jobs, rest: rest, buttonSecret: try await base.tables.secret(named: "buttons", offering: fresh),
            credits: try await base.creditDesk(), clock: base.clock, randomness: base.randomness, logger: base.logger)
        var configuration = Bot.Configuration(worker: base.processName)
        configuration.lease = base.settings.lease
        configuration.prefix = { [settings = base.memories.settings] guild in
            guard let guild else { return nil }
            return try await settings.settings(of: .guild(GuildKey(guild.rawValue))).prefix
        }
        let features = [
            GenerateFeature.feature(on: stage, models: base.models, memories: .init(shelf: base.shelf, guilds: base.guildSettings)),
            base.visionModels.models.isEmpty
                ? nil : SeeingFeature.feature(on: stage, models: base.visionModels, tasks: TaskStore(base.database)),
            CreditsFeature.feature(on: stage, models: base.models.cards.map(\.name) + base.visionModels.cards.map(\.name)),
            ChatFeature.feature(on: stage, memories: base.memories, models: base.textModels, configuration: base.chat),
            ClonesFeature.feature(on: stage, memories: base.memories, configuration: base.clones),
            PrivacyFeature.feature(on: stage, archive: base.archive(FeatureWork.finalAnswer(of: works))),
        ]
        let bot = Bot(features.compactMap(\.self), on: stage, configuration: configuration)
        let logger = base.logger
        var wiring = Gateway.Configuration(token: token, intents: bot.intents)
        wiring.shardCount = shards.count
        wiring.onProcesses = { rest.share(among: $0) }
        // Until it has told the others that it is there, it takes next to nothing of what they think is theirs.
        if shards.choice != .all { rest.share(among: RESTClient.newcomer) }
        let leases = DatabaseShardLeases(
            tables: base.tables, name: base.processName, choice: shards.choice, span: min(base.settings.lease, ShardWish.longestLease))
        let gateway = Gateway(
            configuration: wiring, leases: leases, cache: stage.cache, clock: base.clock, jitter: base.jitter, logger: base.logger,
            directions: { try await Self.directions(rest) },
            handler: { event, context in
                if case .ready(let ready) = event { logger.notice("online", metadata: ["bot": "\(ready.user.username)"]) }
                try await bot.handle(event, context)
            })
        let registration = CommandRegistration(
            rest: rest, tables: base.tables, process: base.processName, isAlone: shards.choice == .all, commands: bot.commands,
            guilds: base.settings.testGuildIDs, clock: base.clock, jitter: base.jitter,
            logger: logger)
        handle = { try await bot.handle($0, receivedAt: $1) }
        services = bot.services + [registration, gateway]
    }

    /// Where the gateway is; a token that Discord does not know ends the run.
    private static func directions(_ rest: RESTClient) async throws -> GatewayBotInfo {
        do {
            return try await rest.gatewayBot()
        } catch let error as DiscordAPIError where error.kind == .wrongToken {
            throw GatewayError(.wrongToken)
        }
    }
}

/// Registers the slash commands at the start, however long Discord is away, and then rests until the process ends. Of processes
/// that start side by side with the same commands, one registers them.
struct CommandRegistration: Service {
    let rest: RESTClient
    let tables: AppTables
    let process: String
    /// Whether it need not ask others.
    let isAlone: Bool
    let commands: [NewApplicationCommand]
    let guilds: [GuildID]
    let clock: any WallClock
    let jitter: @Sendable () -> Double
    let logger: Logger

    func run() async throws {
        var attempt = 0
        while !Task.isShuttingDownGracefully {
            do {
                switch isAlone ? .mine : try await tables.commandTurn(of: process, digest: digest(), at: clock.now()) {
                case .mine:
                    let application = try await rest.currentApplication()
                    try await cancelWhenGracefulShutdown {
                        _ = try await CommandSync(client: rest, logger: logger)
                            .register(commands, application: application.id, guilds: guilds)
                    }
                    try await tables.finishCommandTurn(of: process)
                    return try await gracefulShutdown()
                case .done: return try await gracefulShutdown()
                case .another: try? await cancelWhenGracefulShutdown { try await clock.sleep(for: .seconds(1)) }
                }
            } catch let error as DiscordAPIError where error.kind == .wrongToken {
                throw GatewayError(.wrongToken)
            } catch {
                if Task.isShuttingDownGracefully { break }
                attempt += 1
                logger.warning("the commands are not registered yet", metadata: ["attempt": "\(attempt)", "error": "\(error)"])
                let pause = Backoff(base: .seconds(1), cap: .seconds(60)).delay(attempt: attempt, jitter: jitter())
                try? await cancelWhenGracefulShutdown { try await clock.sleep(for: pause) }
            }
        }
        try await gracefulShutdown()
    }

    private func digest() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let bytes = try encoder.encode(commands) + Data(guilds.map { "\($0)," }.joined().utf8)
        return SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

extension String {
    /// The text, made at least so long with zeros.
    func padding(to length: Int) -> String { self + String(repeating: "0", count: max(0, length - count)) }
}
