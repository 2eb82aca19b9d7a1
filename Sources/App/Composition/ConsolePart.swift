import Console
import Credits
import Discord
import DiscordModels
import Logging
import ServiceLifecycle
import Support

/// The HTTP service: health, the credits API, and interactions that Discord posts where the application's public key is set.
struct ConsolePart {
    let service: any Service

    /// - Parameters:
    ///   - more: routes of other parts.
    ///   - bot: handles posted interactions; nil where this process has no bot.
    init(
        _ base: Foundations, more: [any ConsoleRoutes] = [], bot: (@Sendable (Interaction, Timestamp) async throws -> Void)?
    ) throws {
        var routes: [any ConsoleRoutes] = [
            HealthRoutes(checks: [.init("database") { try await base.tables.ping() }]),
            CreditRoutes(
                ledger: CreditLedger(base.tables.database), vouchers: VoucherBook(base.tables.database), tokens: base.tables,
                clock: base.clock,
                randomness: base.randomness),
        ]
        routes += more
        if let bot, let key = base.settings.publicKey {
            routes.append(try Self.interactions(key: key, clock: base.clock, bot: bot))
        }
        let address = base.settings.http
        let server = ConsoleServer(configuration: .init(host: address.host, port: address.port), routes: routes, logger: base.logger)
        service = Listener(service: server, address: address, advice: "TROUPE_HTTP=127.0.0.1:8090")
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
