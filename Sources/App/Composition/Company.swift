import AsyncHTTPClient
import Console
import Discord
import DiscordEmulator
import DiscordModels
import Features
import Inference
import Logging
import Memory
import Metrics
import ServiceLifecycle
import Support
import Tracing
import UnixSignals

/// One process of Troupe: the parts it was asked for, started in order, stopped in reverse order on Ctrl-C or SIGTERM.
///
/// The composition root. Everything long-lived is made here and nowhere else.
struct Company {
    enum Part: CaseIterable { case emulator, bot, runner, console }

    let settings: Settings
    let logger: Logger
    /// How the emulator is to be set up.
    var stage = EmulatorPart.Stage()
    /// Which shards the bot runs.
    var shards = ShardWish()
    /// Where the runner offers its models to others; nil: nowhere.
    var serving: Address?

    /// Runs until told to stop.
    ///
    /// - Throws: what ended a part for good, such as a wrong token or a port in use.
    func run(_ parts: Set<Part>) async throws {
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
        do {
            try await serve(parts, http)
        } catch {
            try? await http.shutdown()
            throw explained(error)
        }
        try await http.shutdown()
    }

    private func serve(_ parts: Set<Part>, _ http: HTTPClient) async throws {
        let stage = parts.contains(.emulator) ? EmulatorPart(settings: settings, stage: self.stage, logger: logger) : nil
        guard !parts.isSubset(of: [.emulator]) else {
            return try await group((stage.map { [$0.service] } ?? []) + (stage?.announcement(withBot: false) ?? [])).run()
        }
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let base = try await Foundations.open(settings, logger: logger)
        let traces = settings.traces.map {
            TraceExporter(to: $0, process: base.processName, http: http, clock: base.clock, logger: logger)
        }
        if let traces {
            InstrumentationSystem.bootstrap(RequestTracer(randomness: base.randomness, finish: { traces.take($0) }))
        }
        try await TrainingFolders(settings).sweep(base.memories.clones)
        // It is the last to go.
        var services: [any Service] = (traces.map { [$0] } ?? []) + (stage.map { [$0.service] } ?? [])
        services.append(
            ModelWarmUp(models: base.textModels, visionModels: base.visionModels, clock: base.clock, jitter: base.jitter, logger: logger))
        let works = base.works(fetch: fetch(base, stage, http))
        if parts.contains(.runner) { services += RunnerPart.services(base, works) }
        if let serving { services += ServingPart.services(base, at: serving) }
        var handler: (@Sendable (Interaction, Timestamp) async throws -> Void)?
        if parts.contains(.bot) {
            guard let token = stage == nil ? settings.discordToken : EmulatorPart.token else {
                throw SettingsError(
                    key: Settings.Key.discordToken.rawValue, problem: "is not set; `troupe run` brings its own Discord without one")
            }
            if let stage {
                services.append(DeferredBot(base: base, works: works, shards: shards, token: token, stage: stage, http: http))
            } else {
                let bot = try await BotPart(
                    base, works, shards: shards, token: token, baseURL: settings.discordAPIBaseURL, http: http)
                services += bot.services
                handler = bot.handle
            }
        }
        if parts.contains(.console) {
            let door = DiscordDoor(base, stage, http)
            services += try await ConsolePart(
                base, works, metrics: metrics, door: door, ownerLogin: door.ownerLogin(), more: ShopPart.routes(base, http: http),
                bot: handler
            ).services
        }
        services.append(heartbeat(base, parts))
        if let stage { services += stage.announcement(withBot: true) }
        try await group(services).run()
    }

    /// Gets files that people put on Discord, or on the emulator beside us.
    private func fetch(_ base: Foundations, _ stage: EmulatorPart?, _ http: HTTPClient) -> Foundations.Fetch {
        let transport = HTTPTransport(http: http)
        return { attachment, limit in
            let address = try await stage?.apiAddress() ?? base.settings.discordAPIBaseURL
            return try await AttachmentDownloader(transport: transport, apiBaseURL: address, clock: base.clock)
                .download(attachment, atMost: limit)
        }
    }

    private func heartbeat(_ base: Foundations, _ parts: Set<Part>) -> Heartbeat {
        let now = base.clock.now()
        let models = parts.contains(.runner) ? base.models.cards.map(\.name) + base.textModels.cards.map(\.name) : []
        return Heartbeat(
            process: ProcessRecord(
                name: base.processName, parts: Part.allCases.filter(parts.contains).map { "\($0)" }, models: models,
                version: Version.current, startedAt: now, seenAt: now),
            directory: base.tables, clock: base.clock, logger: logger)
    }

    private func group(_ services: [any Service]) -> ServiceGroup { Self.group(services, logger: logger) }

    static func group(_ services: [any Service], logger: Logger) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup, failureTerminationBehavior: .gracefullyShutdownGroup)
            }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        return ServiceGroup(configuration: configuration)
    }
}
