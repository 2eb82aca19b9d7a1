import AsyncHTTPClient
import Discord
import DiscordEmulator
import DiscordModels
import Foundation
import Inference
import Jobs
import Memory
import ServiceLifecycle
import Storage
import Support
import Testing

@testable import Features

/// A bot that talks, with its runner, against the emulator: over sockets and on a database file, as `troupe run` wires them.
struct ChatBench: Sendable {
    let models: [any TextModel]
    /// A restarted bot is a new value on the same file.
    let database: String
    var sessions = MemorySessionStore()
    var configuration = ChatFeature.Configuration()
    /// Whether a runner is there.
    var writes = true

    init(_ models: [any TextModel], database: String) {
        (self.models, self.database) = (models, database)
        configuration.readsMessages = true
        configuration.editInterval = .milliseconds(200)
        configuration.draftInterval = .milliseconds(20)
    }

    /// What a story has at hand.
    struct World: Sendable {
        let people: EmulatorControl
        let jobs: SQLJobQueue
        let memories: Memories

        var bot: UserID { UserID(EmulatorControl.application.rawValue) }
        var mention: String { "<@\(bot)>" }

        /// Says something and waits for the answer to it.
        func ask(
            _ text: String, by person: EmulatorControl? = nil, in channel: ChannelID = EmulatorControl.general, replyTo: MessageID? = nil,
            files: [EmulatorControl.File] = []
        ) async throws -> Message {
            let said = try (person ?? people).say(text, in: channel, replyTo: replyTo, files: files)
            return try await answer(to: said, in: channel)
        }

        /// The whole answer to a message: one that has no Stop button any more.
        func answer(to message: MessageID, in channel: ChannelID = EmulatorControl.general) async throws -> Message {
            let bot = bot
            let answer = try #require(
                await people.waitForMessage(in: channel, atMost: .seconds(40)) {
                    $0.author.id == bot && $0.reference?.messageID == message && $0.button("Stop") == nil
                }, "there is no answer")
            // It is over only when the bot knows that it is.
            let requestID = RequestID(message.rawValue)
            if try await jobs.job(requestID) != nil {
                while try await jobs.deliveries(of: requestID).first?.state != .delivered { try await Task.sleep(for: .milliseconds(20)) }
            }
            return answer
        }

        /// Runs a command and waits for what it whispers.
        func whisper(
            _ name: String, _ options: [String: JSONValue] = [:], by person: EmulatorControl? = nil,
            in channel: ChannelID = EmulatorControl.general
        ) async throws -> Message {
            let person = person ?? people
            return try #require(try await person.settle(try person.slash(name, options, in: channel), atMost: .seconds(40)).message)
        }
    }

    /// Runs the bot until the story is over; then its process is gone at once, whatever it was doing.
    func run<Value: Sendable>(on emulator: EmulatorServer, _ story: @escaping @Sendable (World) async throws -> Value) async throws -> Value
    {
        let clock = SystemClock()
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HTTPTransport.configuration)
        do {
            let database = try Database(
                .init(parsing: "sqlite:\(database)"), schemas: [SQLJobQueue.schema, MemorySchema.schema], at: clock.now())
            let world = World(people: emulator.control, jobs: SQLJobQueue(database), memories: Memories(database))
            let services = try await services(world, http, clock, address: emulator.address())
            let value = try await withThrowingTaskGroup(of: Void.self) { group in
                for service in services { group.addTask { try await service.run() } }
                defer { group.cancelAll() }
                try #require(await emulator.control.waitForCommand("chat"))
                try #require(await emulator.control.waitUntilOnline())
                return try await story(world)
            }
            try await http.shutdown()
            return value
        } catch {
            try await http.shutdown()
            throw error
        }
    }

    private func services(_ world: World, _ http: HTTPClient, _ clock: SystemClock, address: String) async throws -> [any Service] {
        let token = Secret("test-token")
        let randomness: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
        let transport = HTTPTransport(http: http)
        let rest = RESTClient(
            configuration: .init(token: token, baseURL: address + "/api/v10"), transport: transport, clock: clock, logger: quiet,
            randomness: randomness)
        let catalog = TextModelCatalog(models)
        let stage = Stage(
            jobs: world.jobs, rest: rest, buttonSecret: Secret("the operator's key"), clock: clock, randomness: randomness, logger: quiet)
        let work = ChatFeature.work(
            jobs: world.jobs, memories: world.memories, models: catalog, configuration: configuration,
            fetch: { [attachments = rest.attachments] in try await attachments.download($0, atMost: $1) }, clock: clock, logger: quiet)
        let answer = FeatureWork.finalAnswer(of: [work])
        let archive = PersonalArchive(jobs: world.jobs, memories: world.memories, ending: answer, clock: clock)
        var settings = Bot.Configuration(worker: "bot \(UUID())")
        settings.deliveryBackoff = Backoff(base: .milliseconds(100), cap: .milliseconds(500))
        settings.lease = .seconds(1)
        let bot = Bot(
            [
                ChatFeature.feature(on: stage, memories: world.memories, models: catalog, configuration: configuration),
                PrivacyFeature.feature(on: stage, archive: archive),
            ], on: stage, configuration: settings)
        let gateway = Gateway(
            configuration: .init(token: token, intents: bot.intents), sessions: sessions, clock: clock, jitter: { 0.5 }, logger: quiet,
            directions: { try await rest.gatewayBot() }, handler: { event, context in { try await bot.handle(event, context) } })
        _ = try await CommandSync(client: rest, logger: quiet).register(bot.commands, application: EmulatorControl.application)
        var services: [any Service] = bot.services + [gateway]
        services.append(UpkeepService.scheduler(world.jobs, every: .milliseconds(50), clock: clock, logger: quiet, answer: answer))
        services.append(UpkeepService.rescuer(world.jobs, every: .milliseconds(50), clock: clock, logger: quiet, answer: answer))
        if writes {
            var processor = JobProcessor.Configuration(queues: work.queues, worker: "runner \(UUID())")
            processor.lease = .milliseconds(600)
            processor.concurrency = 32
            processor.backoff = Backoff(base: .milliseconds(50), cap: .milliseconds(100))
            services.append(
                JobProcessor(
                    queue: world.jobs, workers: work.workers, configuration: processor, clock: clock, jitter: { 0.5 }, logger: quiet,
                    answer: answer))
        }
        return services
    }

    /// A story of a fresh emulator and a fresh bot.
    static func tell(_ models: any TextModel..., story: @escaping @Sendable (World) async throws -> Void) async throws {
        var limits = EmulatorConfiguration()
        limits.enforcesRateLimits = false
        try await SocketBot.withDatabase { database in
            try await withEmulator(limits) { emulator in
                try await ChatBench(models, database: database).run(on: emulator, story)
            }
        }
    }
}
