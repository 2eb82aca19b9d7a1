import AsyncHTTPClient
import Discord
import DiscordEmulator
import DiscordModels
import Foundation
import Inference
import Jobs
import Logging
import Memory
import ServiceLifecycle
import Storage
import Support
import Testing

@testable import Features

/// A whole bot against the emulator, over sockets and on a database file: what `troupe run` wires together.
struct SocketBot: Sendable {
    var models: [any ImageModel] = []
    /// Models that see; with none of them there is no `/comprehend`.
    var eyes: [any VisionModel] = []
    /// A restarted bot is a new value on the same file.
    let database: String
    /// What the gateway remembers across restarts.
    var sessions = MemorySessionStore()
    var limits = JobLimits()

    /// Runs the bot until the story is over; then its process is gone at once, whatever it was doing.
    func run<Value: Sendable>(
        on emulator: EmulatorServer, paints: Bool = true, _ story: @escaping @Sendable (SQLJobQueue) async throws -> Value
    ) async throws -> Value {
        let clock = SystemClock()
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
        do {
            let file = try Database(
                .init(parsing: "sqlite:\(database)"),
                schemas: [SQLJobQueue.schema, PictureShelf.schema, GuildSettingsStore.schema, TaskSchema.schema], at: clock.now())
            let jobs = SQLJobQueue(file, limits: limits)
            let memories = GenerateFeature.Memories(shelf: PictureShelf(file), guilds: GuildSettingsStore(file))
            let services = try await services(jobs, memories, TaskStore(file), http, clock, address: emulator.address(), paints: paints)
            let value = try await withThrowingTaskGroup(of: Void.self) { group in
                for service in services { group.addTask { try await service.run() } }
                defer { group.cancelAll() }
                try #require(await emulator.control.waitForCommand("generate"))
                try #require(await emulator.control.waitUntilOnline())
                return try await story(jobs)
            }
            try await http.shutdown()
            return value
        } catch {
            try await http.shutdown()
            throw error
        }
    }

    private func services(
        _ jobs: SQLJobQueue, _ memories: GenerateFeature.Memories, _ tasks: TaskStore, _ http: HTTPClient, _ clock: SystemClock,
        address: String, paints: Bool
    ) async throws -> [any Service] {
        let token = Secret("test-token")
        let randomness: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
        let jitter: @Sendable () -> Double = { 0.5 }
        let rest = RESTClient(
            configuration: .init(token: token, baseURL: address + "/api/v10"), transport: HTTPTransport(http: http), clock: clock,
            logger: quiet, randomness: randomness)
        let catalog = ImageModelCatalog(models)
        let stage = Stage(
            jobs: jobs, rest: rest, buttonSecret: Secret("the operator's key"), clock: clock, randomness: randomness, logger: quiet)
        var configuration = Bot.Configuration(worker: "bot \(UUID())")
        configuration.deliveryBackoff = Backoff(base: .milliseconds(100), cap: .milliseconds(500))
        let sight = VisionModelCatalog(eyes)
        let features: [Feature?] = [
            GenerateFeature.feature(on: stage, models: catalog, memories: memories),
            eyes.isEmpty ? nil : SeeingFeature.feature(on: stage, models: sight, tasks: tasks),
        ]
        let bot = Bot(features.compactMap(\.self), on: stage, configuration: configuration)
        let works = [
            GenerateFeature.work(models: catalog, shelf: memories.shelf, logger: quiet),
            SeeingFeature.work(models: sight, tasks: tasks, logger: quiet),
        ]
        let gateway = Gateway(
            configuration: .init(token: token, intents: bot.intents), sessions: sessions, clock: clock, jitter: jitter, logger: quiet,
            directions: { try await rest.gatewayBot() }, handler: { event, context in { try await bot.handle(event, context) } })
        _ = try await CommandSync(client: rest, logger: quiet).register(bot.commands, application: EmulatorControl.application)
        let answer = FeatureWork.finalAnswer(of: works)
        var services: [any Service] = bot.services + [gateway]
        services.append(UpkeepService.scheduler(jobs, every: .milliseconds(50), clock: clock, logger: quiet, answer: answer))
        services.append(UpkeepService.rescuer(jobs, every: .milliseconds(50), clock: clock, logger: quiet, answer: answer))
        for work in works where paints && !work.queues.isEmpty {
            var processor = JobProcessor.Configuration(queues: work.queues, worker: "runner \(UUID())")
            processor.lease = .milliseconds(600)
            processor.concurrency = 2
            processor.backoff = Backoff(base: .milliseconds(50), cap: .milliseconds(100))
            services.append(
                JobProcessor(
                    queue: jobs, workers: work.workers, configuration: processor, clock: clock,
                    jitter: jitter, logger: quiet, answer: answer))
        }
        return services
    }

    /// A database file that goes away with the test.
    static func withDatabase<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let file = FileManager.default.temporaryDirectory.appending(path: "features-\(UUID().uuidString).db").path(percentEncoded: false)
        defer { for ending in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + ending) } }
        return try await body(file)
    }
}

extension Message {
    /// The custom id of the button with this label.
    func button(_ label: String) -> String? {
        for case .button(let button) in (components ?? []).flatMap(\.flattened) where button.label == label { return button.customID }
        return nil
    }
}
