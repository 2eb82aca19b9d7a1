import AsyncHTTPClient
import Discord
import DiscordModels
import Features
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
        let stage = Stage(
            jobs: base.jobs, rest: rest, buttonSecret: try await base.secret(named: "buttons"),
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
                return { try await bot.handle(event, context) }
            })
        let registration = CommandRegistration(
            rest: rest, tables: base.tables, process: base.processName, isAlone: shards.choice == .all, commands: { bot.commands },
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
