import Discord
import DiscordModels
import Inference
import Jobs
import RepeatableChance
import ServiceLifecycle
import Support
import Synchronization

@testable import Features

/// A bot with its runner on a tiny Discord, with a clock that moves when told. Started again on the same queue it is what a
/// restarted process would be.
struct TestBot: Sendable {
    let discord: TinyDiscord
    let jobs: any JobQueue
    let clock: ManualClock
    let models: ImageModelCatalog
    let bot: Bot
    let work: FeatureWork
    let signer: ButtonSigner
    let name: String

    init(
        _ models: [any ImageModel] = [PlainPainter()], jobs: any JobQueue, discord: TinyDiscord, clock: ManualClock, name: String = "bot",
        memories: GenerateFeature.Memories = .init()
    ) {
        self.discord = discord
        self.jobs = jobs
        self.clock = clock
        self.name = name
        self.models = ImageModelCatalog(models)
        let secret = Secret("the operator's key")
        signer = ButtonSigner(secret: secret)
        let stage = Stage(
            jobs: jobs, rest: client(of: discord, clock: clock), buttonSecret: secret, clock: clock, randomness: seeded(42), logger: quiet)
        bot = Bot(
            [GenerateFeature.feature(on: stage, models: self.models, memories: memories)], on: stage, configuration: .init(worker: name))
        work = GenerateFeature.work(models: self.models, shelf: memories.shelf, logger: quiet)
    }

    /// Runs the bot, and a runner unless told otherwise, for as long as the story lasts; then the process is gone at once.
    /// - Parameter delivers: false: it leaves answers to other processes.
    func run<Value: Sendable>(paints: Bool = true, delivers: Bool = true, _ story: () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in bot.services where delivers || !(service is DeliveryProcessor) { group.addTask { try await service.run() } }
            let answer = FeatureWork.finalAnswer(of: [work])
            let scheduler = UpkeepService.scheduler(jobs, clock: clock, logger: quiet, answer: answer)
            let rescuer = UpkeepService.rescuer(jobs, clock: clock, logger: quiet, answer: answer)
            group.addTask { await scheduler.run() }
            group.addTask { await rescuer.run() }
            if paints,
                let processor = work.processor(
                    queue: jobs, worker: name, lease: .seconds(30), clock: clock, jitter: { 0.5 }, logger: quiet)
            {
                group.addTask { await processor.run() }
            }
            defer { group.cancelAll() }
            return try await story()
        }
    }

    /// Lets time pass in small steps until something holds.
    func eventually(_ what: String, within span: Duration = .seconds(1_200), _ holds: () async throws -> Bool) async throws {
        let end = clock.now() + span
        while try await !holds() {
            guard clock.now() < end else { throw Late(what: what) }
            for _ in 0..<50 { await Task.yield() }
            clock.advance(by: .milliseconds(50))
        }
    }

    struct Late: Error { let what: String }

    // MARK: What people do

    /// Types `/generate`.
    @discardableResult
    func generate(_ prompt: String, id: UInt64, user: UInt64 = 4, count: Int64? = nil, seed: Int64? = nil) async throws -> RequestID {
        var options = [InteractionOption(name: "prompt", kind: .string, value: .string(prompt))]
        if let count { options.append(.init(name: "count", kind: .integer, value: .integer(count))) }
        if let seed { options.append(.init(name: "seed", kind: .integer, value: .integer(seed))) }
        return try await receive(id, user, .command, InteractionData(name: "generate", options: options))
    }

    @discardableResult
    func press(_ customID: String, id: UInt64, user: UInt64 = 4, values: [String]? = nil) async throws -> RequestID {
        try await receive(id, user, .component, InteractionData(customID: customID, componentKind: values == nil ? 2 : 3, values: values))
    }

    /// Fills in a form, as Discord sends it.
    @discardableResult
    func submit(_ customID: String, _ fields: [String: String], id: UInt64, user: UInt64 = 4) async throws -> RequestID {
        let rows = fields.sorted { $0.key < $1.key }.map { name, value in
            Component.actionRow([.textInput(TextInput(customID: name, style: .short, label: "", value: value))])
        }
        return try await receive(id, user, .modalSubmit, InteractionData(customID: customID, components: rows))
    }

    /// Types a command with options of any kind.
    @discardableResult
    func type(_ command: String, _ options: [InteractionOption] = [], id: UInt64, user: UInt64 = 4) async throws -> RequestID {
        try await receive(id, user, .command, InteractionData(name: command, options: options))
    }

    @discardableResult
    func press(_ action: ButtonID.Action, of request: RequestID, index: UInt8 = 0, id: UInt64, user: UInt64 = 4) async throws -> RequestID {
        try await press(signer.customID(ButtonID(action: action, requestID: request, index: index, owner: 4)), id: id, user: user)
    }

    /// - Parameters:
    ///   - member: nil: one without roles and rights.
    ///   - message: the one whose button was pressed.
    @discardableResult
    func receive(
        _ id: UInt64, _ user: UInt64, _ kind: Interaction.Kind, _ data: InteractionData, member: Member? = nil,
        channel: Channel = Channel(id: ChannelID(2), kind: .guildText), message: Message? = nil
    ) async throws -> RequestID {
        var member = member ?? Member()
        member.user = User(id: UserID(user), username: "u\(user)")
        let interaction = Interaction(
            id: InteractionID(id), applicationID: ApplicationID(1), kind: kind, token: Secret("token-\(id)"), data: data,
            guildID: GuildID(3),
            channelID: channel.id, channel: channel, member: member, message: message)
        try await bot.handle(interaction, receivedAt: clock.now())
        return RequestID(id)
    }

    // MARK: What people see

    /// What the response to an interaction said, one edit after the other.
    func edits(_ request: RequestID) -> [TinyDiscord.Call] { discord.calls("PATCH /webhooks/1/token-\(request)/messages/@original") }

    func isDelivered(_ request: RequestID) async throws -> Bool {
        try await jobs.deliveries(of: request).contains { $0.kind == .final && $0.state == .delivered }
    }
}

/// The first snowflake of a story: of the moment at which its clock begins.
let firstID: UInt64 = UInt64(1_700_000_000_000 - discordEpochMilliseconds) << 22
