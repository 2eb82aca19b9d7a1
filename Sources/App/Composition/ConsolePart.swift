import Console
import Credits
import Discord
import DiscordModels
import Logging
import Features
import Inference
import Memory
import ServiceLifecycle
import Support

/// The HTTP service: health, the credits API, and interactions that Discord posts where the application's public key is set.
struct ConsolePart {
    let services: [any Service]

    /// - Parameters:
    ///   - works: of all features.
    ///   - metrics: what this process counts.
    ///   - door: to Discord.
    ///   - ownerLogin: nil where one logs in by links alone.
    ///   - more: routes of other parts.
    ///   - bot: handles posted interactions; nil where this process has no bot.
    init(
        _ base: Foundations, _ works: [FeatureWork], metrics: PrometheusMetrics, door: DiscordDoor, ownerLogin: OwnerLogin?,
        more: [any ConsoleRoutes],
        bot: (@Sendable (Interaction, Timestamp) async throws -> Void)?
    ) throws {
        let servers = ServerShelf(
            tables: base.tables,
            desk: GuildDesk(
                guilds: base.guildSettings, talking: base.memories.settings, models: base.models.cards, clock: base.clock),
            names: door.names)
        var routes: [any ConsoleRoutes] = [
            HealthRoutes(checks: [.init("database") { try await base.tables.ping() }]),
            CreditRoutes(
                ledger: CreditLedger(base.tables.database), vouchers: VoucherBook(base.tables.database), tokens: base.tables,
                clock: base.clock, randomness: base.randomness),
            MetricsRoutes(metrics) { try await QueueGauges.families(jobs: base.jobs, processes: base.tables, at: base.clock.now()) },
            PageRoutes(
                ConsoleDesk(
                    jobs: base.jobs, answer: FeatureWork.finalAnswer(of: works), retries: RetryShelf(base: base, door: door),
                    ledger: base.settings.hasCredits ? CreditLedger(base.database) : nil,
                    processes: base.tables, logins: base.tables, trail: base.tables, servers: servers, ownerLogin: ownerLogin,
                    models: ModelDesk(base: base), clones: base.memories.clones,
                    clock: base.clock, randomness: base.randomness)),
        ]
        routes += more
        if let bot, let key = base.settings.publicKey {
            routes.append(try Self.interactions(key: key, clock: base.clock, bot: bot))
        }
        let address = base.settings.http
        let server = ConsoleServer(configuration: .init(host: address.host, port: address.port), routes: routes, logger: base.logger)
        services = [
            Listener(service: server, address: address, advice: "TROUPE_HTTP=127.0.0.1:8090"),
            ConsoleAnnouncement(server: server, host: address.host, tables: base.tables, clock: base.clock, randomness: base.randomness),
        ]
    }

    private static func interactions(
        key: String, clock: any WallClock, bot: @escaping @Sendable (Interaction, Timestamp) async throws -> Void
    ) throws -> PostedRoute {
        let endpoint: InteractionEndpoint
        do { endpoint = try InteractionEndpoint(.init(publicKey: key), clock: clock, handler: bot) } catch {
            throw SettingsError(key: Settings.Key.publicKey.rawValue, problem: error.userMessage)
        }
        return PostedRoute("/interactions", limit: InteractionEndpoint.maximumBytes) { posted in
            let answer = await endpoint.receive(
                signature: posted.headers["x-signature-ed25519"], timestamp: posted.headers["x-signature-timestamp"], body: posted.body)
            return (status: answer.status, json: answer.body)
        }
    }
}

/// The line that tells where the console is, with a link that logs in once.
private struct ConsoleAnnouncement: Service {
    let server: ConsoleServer
    let host: String
    let tables: AppTables
    let clock: any WallClock
    let randomness: @Sendable () -> UInt64

    func run() async throws {
        guard let port = try? await server.port() else { return try await gracefulShutdown() }
        let link = try await tables.consoleLink(to: Address(host: host, port: port), at: clock.now(), randomness)
        Terminal.say("The console: \(link) (logs in once; `troupe console link` makes another)")
        try await gracefulShutdown()
    }
}

extension AppTables {
    /// A link that logs in to the console at that address, once, within the next hour.
    func consoleLink(to address: Address, at now: Timestamp, _ randomness: () -> UInt64) async throws -> String {
        let ticket = (0..<2).map { _ in String(randomness(), radix: 36) }.joined()
        try await offer(ticket: ConsoleSession.digest(ticket), at: now)
        return "http://\(address)/login?ticket=\(ticket)"
    }
}
