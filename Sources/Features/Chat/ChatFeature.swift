import Credits
import Discord
import DiscordModels
import Inference
import Jobs
import Logging
import Memory
import ServiceLifecycle
import Support

/// Conversation, whole: ``feature(on:memories:models:configuration:)`` where the bot is, ``work(jobs:memories:models:configuration:fetch:clock:logger:)``
/// in any process that has the models.
public enum ChatFeature {
    public struct Configuration: Sendable {
        /// How long things are kept, as people are told.
        public var retention = MemoryRetention()
        /// Longest wait before a question is given up, with an answer that says so.
        public var patience: Duration = .seconds(1_800)
        /// Shortest time between two edits of one answer.
        public var editInterval: Duration = .milliseconds(1_200)
        /// Whether the bot may be shown the content of messages that are not addressed to it.
        public var readsMessages = false
        /// What the bot is called where nobody says otherwise.
        public var name = "Troupe"
        /// Answers written at a time in one process.
        public var concurrency = 32
        /// What has been written is put down this often.
        public var draftInterval: Duration = .milliseconds(200)

        public init() {}
    }

    /// - Parameters:
    ///   - models: in the operator's order; asked here for nothing but their cards and to count tokens.
    public static func feature(
        on stage: Stage, memories: Memories, models: TextModelCatalog, configuration: Configuration = .init()
    ) -> Feature {
        let components = ChatComponents(signer: stage.signer)
        let whisper = Whisper(replies: stage.replies)
        let selfhood = Selfhood(stage.rest)
        let text = ConsentText(retention: configuration.retention.conversations, passing: configuration.retention.exchanges)
        let reporter = ChatReporter(
            jobs: stage.jobs, memories: memories, replies: stage.replies, components: components,
            configuration: .init(interval: configuration.editInterval), clock: stage.clock, logger: stage.logger)
        let submission = ChatSubmission(
            jobs: stage.jobs, memories: memories, models: models, reporter: reporter, credits: stage.credits,
            patience: configuration.patience, clock: stage.clock)
        let desk = ConsentDesk(
            memories: memories, replies: stage.replies, components: components, text: text, clock: stage.clock, logger: stage.logger)
        let price: @Sendable (String) -> CreditAmount? = { [credits = stage.credits] in credits?.price(of: $0, units: 1) }
        let asking = ChatAsking(memories: memories, models: models, submission: submission)
        let edits = ChatEdits(
            jobs: stage.jobs, memories: memories, submission: submission, selfhood: selfhood, replies: stage.replies, clock: stage.clock,
            logger: stage.logger)
        let listener = ChatListener(
            memories: memories, models: models, selfhood: selfhood, submission: submission, consents: desk, edits: edits,
            draw: { [randomness = stage.randomness] in Double(randomness() >> 11) * 0x1p-53 }, clock: stage.clock, logger: stage.logger)
        return Feature(
            commands: [
                ChatCommand(asking: asking, prices: { models.cards.map { price($0.name) } }),
                AskAboutCommand(memories: memories, signer: stage.signer, clock: stage.clock),
                ConsentCommand(kind: .optIn, desk: desk, whisper: whisper), ConsentCommand(kind: .optOut, desk: desk, whisper: whisper),
                ContextCommand(memories: memories, models: models, selfhood: selfhood, text: text, whisper: whisper),
                ForgetCommand(memories: memories, whisper: whisper),
                ModelCommand(
                    memories: memories, models: models, bounds: OptionBounds(), whisper: whisper,
                    price: price, clock: stage.clock),
                TalkCommand(memories: memories, whisper: whisper, clock: stage.clock),
                PersonaCommand(
                    memories: memories, fetch: { [downloads = stage.rest.attachments] in try await downloads.download($0, atMost: $1) },
                    whisper: whisper, clock: stage.clock),
            ],
            buttons: [
                ChatButtons(
                    jobs: stage.jobs, memories: memories, models: models, submission: submission, desk: desk, replies: stage.replies,
                    whisper: whisper, clock: stage.clock)
            ],
            modals: [AskAboutForm(memories: memories, asking: asking)], listeners: [listener], words: ["optin", "optout"],
            sayers: [
                ChatSayer(memories: memories, replies: stage.replies, components: components, clock: stage.clock, logger: stage.logger)
            ],
            services: [reporter],
            intents: configuration.readsMessages ? [.guildMessages, .directMessages, .messageContent] : [.guildMessages, .directMessages])
    }

    /// Does the writing.
    ///
    /// - Parameter fetch: gets a file that people put on Discord, of at most so many bytes.
    public static func work(
        jobs: any JobQueue, memories: Memories, models: TextModelCatalog, configuration: Configuration = .init(),
        fetch: @escaping @Sendable (Attachment, Int) async throws -> [UInt8], clock: any WallClock, logger: Logger
    ) -> FeatureWork {
        let worker = ChatWorker(
            memories: memories, models: models, reader: AttachmentReader(fetch: fetch),
            keeper: TurnKeeper(memories: memories, name: configuration.name),
            compaction: Compaction(jobs: jobs, conversations: memories.conversations), name: configuration.name, bounds: OptionBounds(),
            draftInterval: configuration.draftInterval, clock: clock, logger: logger)
        let summaries = SummaryWorker(conversations: memories.conversations, models: models, clock: clock, logger: logger)
        return FeatureWork(
            workers: [worker, summaries], queues: models.cards.map { ChatOrder.queue($0.name) }, concurrency: configuration.concurrency,
            finalAnswers: [ChatWorker.kind: { ChatAnswer.final(of: $0) }])
    }
}
