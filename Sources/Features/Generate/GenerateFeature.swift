import Discord
import DiscordModels
import Inference
import Jobs
import Logging
import ServiceLifecycle
import Support

/// `/generate`, whole: what the composition root makes and wires to gateway, queue and service group.
///
/// The work half, ``workers(models:logger:)`` with ``finalAnswer``, needs no Discord and runs in any process that has the
/// models; everything else runs where the bot is.
public struct GenerateFeature: Sendable {
    public struct Configuration: Sendable {
        /// Seals the buttons. The operator's own, and the same after a restart, or old buttons stop working.
        public var buttonSecret: Secret
        /// A name unique to this process, for leases.
        public var worker: String
        /// Jobs of one model that run at a time, for the estimate.
        public var runners = 1
        /// Longest wait before a request is given up, with an answer that says so.
        public var patience: Duration = .seconds(86_400)
        /// Shortest time between two edits of one waiting message.
        public var editInterval: Duration = .milliseconds(1_500)
        /// Answers on their way at a time.
        public var deliveries = 8
        /// How long an answer that a process was saying when it died waits for another to say it.
        public var lease: Duration = .seconds(15)
        /// Shortest and longest pause before an answer that could not be delivered is tried again.
        public var deliveryBackoff = Backoff(base: .seconds(1), cap: .seconds(30))
        /// How long an answer is tried to be delivered while Discord is away.
        public var deliverFor: Duration = .seconds(30 * 86_400)

        public init(buttonSecret: Secret, worker: String) {
            self.buttonSecret = buttonSecret
            self.worker = worker
        }
    }

    private let command: GenerateCommand
    private let router: EventRouter
    private let reporter: ProgressReporter
    private let deliveries: DeliveryProcessor

    /// - Parameters:
    ///   - models: in the operator's order; here nothing but their cards is looked at.
    ///   - randomness: 64 random bits.
    public init(
        jobs: any JobQueue, rest: RESTClient, models: ImageModelCatalog, configuration: Configuration, clock: any WallClock,
        randomness: @escaping @Sendable () -> UInt64, logger: Logger
    ) {
        let components = GenerateComponents(signer: ButtonSigner(secret: configuration.buttonSecret))
        let replies = DiscordReplies(rest: rest, clock: clock, logger: logger)
        let reporter = ProgressReporter(
            jobs: jobs, replies: replies, models: models, components: components,
            configuration: .init(interval: configuration.editInterval, runners: configuration.runners), clock: clock, logger: logger)
        let submission = Submission(jobs: jobs, models: models, reporter: reporter, patience: configuration.patience, clock: clock)
        // Short enough to read and type again.
        let randomSeed: @Sendable () -> UInt64 = { randomness() >> 32 }
        command = GenerateCommand(cards: models.cards)
        let commands = CommandRouter(
            commands: [GenerateHandler(command: command, submission: submission, randomSeed: randomSeed)],
            buttons: [
                GenerateButtons(
                    jobs: jobs, submission: submission, reporter: reporter, replies: replies, randomSeed: randomSeed, clock: clock)
            ],
            signer: components.signer)
        router = EventRouter(router: commands, replies: replies, clock: clock, logger: logger)
        let deliverer = AnswerDeliverer(
            renderers: [GenerateRenderer(jobs: jobs, cards: models.cards, components: components)],
            speaker: Speaker(replies: replies, clock: clock, logger: logger), quieten: { await reporter.stop($0) }, logger: logger)
        deliveries = DeliveryProcessor(
            queue: jobs, deliverer: deliverer,
            configuration: .init(
                worker: configuration.worker, concurrency: configuration.deliveries, lease: configuration.lease,
                backoff: configuration.deliveryBackoff,
                giveUpAfter: configuration.deliverFor),
            clock: clock, jitter: { Double(randomness() >> 11) * 0x1p-53 }, logger: logger)
        self.reporter = reporter
    }

    /// The slash commands to register.
    public var commands: [NewApplicationCommand] { [command.definition] }

    /// Handles a gateway event; call it straight from the gateway's reader. Returns once what was asked for is durable or answered.
    ///
    /// - Throws: `CancellationError` when the process ends before that: then the event must be handled again.
    public func handle(_ event: GatewayEvent, _ context: ShardContext) async throws {
        try await router.handle(event, receivedAt: context.receivedAt)
    }

    /// The same for an interaction that came another way.
    public func handle(_ interaction: Interaction, receivedAt: Timestamp) async throws {
        try await router.handle(interaction, receivedAt: receivedAt)
    }

    /// What must run while the bot does, in the order to start them.
    public var services: [any Service] { [reporter, deliveries] }

    /// Does the painting; for a `JobProcessor` that serves ``queues(models:)``.
    public static func workers(models: ImageModelCatalog, logger: Logger) -> [any Worker] {
        [GenerateWorker(models: models, logger: logger)]
    }

    /// The queues that the workers of these models serve.
    public static func queues(models: ImageModelCatalog) -> [String] { models.cards.map(\.name) }

    /// What is told to people whose request ended without its worker: for processor, scheduler and rescuer.
    public static let finalAnswer: FinalAnswer = { GenerateAnswer.final(of: $0) }
}
