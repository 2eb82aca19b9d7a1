// A bot for measuring: `discord_load.py` runs it against the emulator, beside discord.py.
// `DiscordBench hear API TOKEN [tasks]` counts what it hears, with `tasks` each message in a task of its own, and prints the count now and
// then; `DiscordBench speak API TOKEN SECONDS CHANNEL…` writes in all those channels at once, as much as its rate limiter lets it, and prints
// how much that was.
import AsyncHTTPClient
import Discord
import DiscordModels
import Foundation
import Logging
import ServiceLifecycle
import Support
import Synchronization

/// Counts two things from many tasks.
final class Tally: Sendable {
    private let counts = Mutex((0, 0))

    func add(_ first: Int, _ second: Int) { counts.withLock { $0 = ($0.0 + first, $0.1 + second) } }
    var now: (Int, Int) { counts.withLock { $0 } }
}

@main
struct DiscordBench {
    static let quiet = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 3 else { fatalError("usage: DiscordBench hear|speak API TOKEN …") }
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
        let token = Secret(arguments[2])
        let rest = RESTClient(
            configuration: .init(token: token, baseURL: arguments[1]), transport: HTTPTransport(http: http), clock: SystemClock(),
            logger: quiet, randomness: { .random(in: .min ... .max) })
        if arguments[0] == "hear" {
            try await hear(rest, token, inTasks: arguments.last == "tasks")
        } else {
            await speak(
                rest, for: .seconds(Int(arguments[3]) ?? 10), in: arguments.dropFirst(4).compactMap { UInt64($0) }.map { ChannelID($0) })
        }
        try await http.shutdown()
    }

    static func hear(_ rest: RESTClient, _ token: Secret, inTasks: Bool) async throws {
        let heard = Tally()
        let cache = GatewayCache()
        let gateway = Gateway(
            configuration: .init(token: token, intents: [.guilds, .guildMessages, .messageContent]), sessions: MemorySessionStore(),
            cache: cache, clock: SystemClock(), jitter: { .random(in: 0...1) }, logger: quiet, directions: { try await rest.gatewayBot() },
            handler: { event, _ in
                switch event {
                case .ready: heard.add(1, 0)
                case .messageCreate where inTasks: return { heard.add(0, 1) }
                case .messageCreate: heard.add(0, 1)
                default: break
                }
                return nil
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await gateway.run() }
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(200))
                let (sessions, messages) = heard.now
                print("{\"sessions\": \(sessions), \"guilds\": \(cache.count.guilds), \"messages\": \(messages)}")
                fflush(nil)
            }
            group.cancelAll()
        }
    }

    static func speak(_ rest: RESTClient, for span: Duration, in channels: [ChannelID]) async {
        let sent = Tally()
        let end = ContinuousClock.now + span
        await withTaskGroup(of: Void.self) { group in
            for channel in channels {
                for _ in 0..<6 {
                    group.addTask {
                        while ContinuousClock.now < end, !Task.isCancelled {
                            do {
                                _ = try await rest.createMessage(in: channel, OutgoingMessage(content: "hello"))
                                if ContinuousClock.now < end { sent.add(1, 0) }
                            } catch is CancellationError {
                                return
                            } catch { sent.add(0, 1) }
                        }
                    }
                }
            }
            try? await Task.sleep(until: end + .seconds(1), clock: .continuous)
            group.cancelAll()
        }
        let (messages, failures) = sent.now
        print("{\"messages\": \(messages), \"failures\": \(failures)}")
    }
}
