import Discord
import DiscordModels
import Jobs
import Logging
import ServiceLifecycle
import Support

/// The features of a bot on one stage: what the composition root wires to gateway and service group.
public struct Bot: Sendable {
    public struct Configuration: Sendable {
        /// A name unique to this process, for leases.
        public var worker: String
        /// Answers on their way at a time.
        public var deliveries = 64
        /// How long an answer that a process was saying when it died waits for another to say it.
        public var lease: Duration = .seconds(15)
        /// Shortest and longest pause before an answer that could not be delivered is tried again.
        public var deliveryBackoff = Backoff(base: .seconds(1), cap: .seconds(30))
        /// How long an answer is tried to be delivered while Discord is away.
        public var deliverFor: Duration = .seconds(30 * 86_400)
        /// What begins text commands in a guild, or in direct messages; nil where nothing does.
        public var prefix: @Sendable (GuildID?) async throws -> String? = { _ in nil }

        public init(worker: String) { self.worker = worker }
    }

    private let features: [Feature]
    private let handlers: [any CommandHandler]
    private let router: EventRouter
    private let talking: [any Service]
    private let deliveries: DeliveryProcessor

    public init(_ features: [Feature], on stage: Stage, configuration: Configuration) {
        self.features = features
        let commands = JoinedCommand.joining(features.flatMap(\.commands), features.flatMap(\.commandParts))
        handlers = commands
        let definitions: @Sendable () -> [NewApplicationCommand] = { commands.map(\.definition) }
        let commandRouter = CommandRouter(
            commands: commands, buttons: features.flatMap(\.buttons), modals: features.flatMap(\.modals), signer: stage.signer)
        let texts = TextCommands(
            // Those are heard as words, with or without a prefix.
            parser: TextCommandParser(definitions().filter { !features.flatMap(\.words).contains($0.name) }), router: commandRouter,
            replies: stage.replies, rights: MemberRights(rest: stage.rest, cache: stage.cache), prefixes: configuration.prefix,
            owners: OwnerCommands(
                rest: stage.rest, application: stage.application, commands: definitions, replies: stage.replies, logger: stage.logger),
            clock: stage.clock, logger: stage.logger)
        router = EventRouter(
            router: commandRouter, texts: texts, listeners: features.flatMap(\.listeners), replies: stage.replies, clock: stage.clock,
            logger: stage.logger)
        let deliverer = AnswerDeliverer(
            renderers: features.flatMap(\.renderers), sayers: features.flatMap(\.sayers),
            speaker: Speaker(replies: stage.replies, clock: stage.clock, logger: stage.logger), credits: stage.credits, clock: stage.clock,
            logger: stage.logger)
        talking = [
            stage.outbox, AnswerKeeperService(keeper: stage.answers, deliverer: deliverer),
            ProgressService(reporter: stage.progress, lines: features.flatMap(\.waitingLines)),
        ]
        deliveries = DeliveryProcessor(
            queue: stage.jobs, deliverer: deliverer,
            configuration: .init(
                worker: configuration.worker, concurrency: configuration.deliveries, lease: configuration.lease,
                backoff: configuration.deliveryBackoff, giveUpAfter: configuration.deliverFor),
            clock: stage.clock, jitter: { [randomness = stage.randomness] in Double(randomness() >> 11) * 0x1p-53 }, logger: stage.logger)
    }

    /// The commands to register, as they are at the moment: what they cost stands in them.
    public var commands: [NewApplicationCommand] { handlers.map(\.definition) }

    /// What the gateway must be asked for.
    public var intents: GatewayIntents { features.reduce(.guilds) { $0.union($1.intents) } }

    /// What must run while the bot does, in the order to start them.
    public var services: [any Service] { talking + features.flatMap(\.services) + [deliveries] }

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
}
