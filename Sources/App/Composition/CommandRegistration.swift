import Crypto
import Discord
import DiscordModels
import Foundation
import Logging
import ServiceLifecycle
import Support

/// Registers the slash commands at the start, however long Discord is away, and again whenever they have changed: what they cost
/// stands in them. Of processes that start side by side with the same commands, one registers them.
struct CommandRegistration: Service {
    let rest: RESTClient
    let tables: AppTables
    let process: String
    /// Whether it need not ask others.
    let isAlone: Bool
    /// As they are at the moment.
    let commands: @Sendable () -> [NewApplicationCommand]
    let guilds: [GuildID]
    /// Between two looks whether they have changed.
    var interval: Duration = .seconds(10)
    let clock: any WallClock
    let jitter: @Sendable () -> Double
    let logger: Logger

    func run() async throws {
        var registered: String?
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            let commands = commands()
            let digest = try digest(of: commands)
            if digest != registered {
                try await register(commands, digest)
                registered = digest
            }
            try? await cancelWhenGracefulShutdown { try await clock.sleep(for: interval) }
        }
    }

    /// Returns once they are registered, by this process or another, or the process ends.
    private func register(_ commands: [NewApplicationCommand], _ digest: String) async throws {
        var attempt = 0
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                switch isAlone ? .mine : try await tables.commandTurn(of: process, digest: digest, at: clock.now()) {
                case .mine:
                    let application = try await rest.currentApplication()
                    try await cancelWhenGracefulShutdown {
                        _ = try await CommandSync(client: rest, logger: logger)
                            .register(commands, application: application.id, guilds: guilds)
                    }
                    return try await tables.finishCommandTurn(of: process)
                case .done: return
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
    }

    private func digest(of commands: [NewApplicationCommand]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let bytes = try encoder.encode(commands) + Data(guilds.map { "\($0)," }.joined().utf8)
        return SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
