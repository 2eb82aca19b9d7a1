import Discord
import DiscordModels
import Inference
import Jobs
import Logging
import Memory
import Support

/// Clones, whole: people mimicked with their consent, spoken to and speaking to each other. ``feature(on:memories:configuration:)``
/// where the bot is, ``work(memories:models:configuration:randomness:logger:)`` in any process that has the models.
public enum ClonesFeature {
    public struct Configuration: Sendable {
        /// The chat model that writes; nil: the first. Without any, the pocket voice.
        public var model: String?
        public var preset = VoicePreset.natural
        /// Words that no clone says and nobody has it say.
        public var blocked: [String] = []
        /// Lines of one conversation.
        public var mostTurns = 40
        /// Ends a conversation to which nobody listens.
        public var silence: Duration = .seconds(600)
        public var shortestPause: Duration = .seconds(3)
        public var longestPause: Duration = .seconds(7)
        /// Whether the bot may be shown messages that are not addressed to it.
        public var readsMessages = false
        /// Lines written at a time in one process.
        public var concurrency = 4
        /// Whether the invented cast is there for the green room.
        public var hasCast = false
        /// Longest wait for the answer to a command.
        public var patience: Duration = .seconds(600)

        public init() {}

        var rules: CloneStage.Rules {
            var rules = CloneStage.Rules()
            rules.mostTurns = mostTurns
            rules.patience = silence
            rules.shortestPause = shortestPause
            rules.longestPause = longestPause
            return rules
        }
    }

    public static func feature(on stage: Stage, memories: Memories, configuration: Configuration = .init()) -> Feature {
        let clones = memories.clones
        let desk = StageDesk(store: memories.stages, clock: stage.clock, randomness: stage.randomness)
        let cleaner = LineCleaner(blocked: configuration.blocked)
        let components = CloneComponents(signer: stage.signer)
        let casting = Casting(
            jobs: stage.jobs, rest: stage.rest, progress: stage.progress, replies: stage.replies, cleaner: cleaner, clock: stage.clock)
        let personas = PersonaSpeaker(rest: stage.rest, application: stage.application, replies: stage.replies, logger: stage.logger)
        return Feature(
            commands: [
                CloneCommand(
                    clones: clones, stages: desk, jobs: stage.jobs, shelf: StyleShelf(clones: clones), cleaner: cleaner,
                    whisper: Whisper(replies: stage.replies), replies: stage.replies, clock: stage.clock, patience: configuration.patience),
                ClonesCommand(
                    clones: clones, desk: desk, cleaner: cleaner, components: components, rules: configuration.rules,
                    casting: configuration.hasCast ? casting : nil, replies: stage.replies, clock: stage.clock),
            ], buttons: [CloneButtons(desk: desk, replies: stage.replies, clock: stage.clock)],
            listeners: [CloneListener(desk: desk, cleaner: cleaner)],
            sayers: [
                CloneSayer(
                    clones: clones, stages: desk, personas: personas, replies: stage.replies, clock: stage.clock, logger: stage.logger),
                CastSayer(
                    clones: clones, desk: desk, components: components, rules: configuration.rules,
                    speaker: Speaker(replies: stage.replies, clock: stage.clock, logger: stage.logger), clock: stage.clock),
            ], waitingLines: [CastLine()],
            services: [
                StageService(
                    desk: desk, jobs: stage.jobs, replies: stage.replies, randomness: stage.randomness, clock: stage.clock,
                    logger: stage.logger)
            ], intents: configuration.readsMessages ? [.guildMessages, .messageContent] : [.guildMessages])
    }

    /// Writes lines, for the work half and for the terminal.
    ///
    /// - Parameter adapted: the base that adapters stand on; nil: none speaks.
    public static func writer(
        clones: CloneStore, models: TextModelCatalog, adapted: (any AdaptedModel)?, isWhole: Bool = false,
        configuration: Configuration = .init(), randomness: @escaping @Sendable () -> UInt64, logger: Logger
    ) -> CloneWriter {
        CloneWriter(
            clones: clones, shelf: StyleShelf(clones: clones), model: configuration.model.flatMap { models[$0] } ?? models.models.first,
            adapted: adapted, isWhole: isWhole, preset: configuration.preset, cleaner: LineCleaner(blocked: configuration.blocked),
            randomness: randomness, logger: logger)
    }

    /// Does the writing.
    public static func work(
        memories: Memories, models: TextModelCatalog, adapted: (any AdaptedModel)?, configuration: Configuration = .init(),
        randomness: @escaping @Sendable () -> UInt64, logger: Logger
    ) -> FeatureWork {
        let writer = Self.writer(
            clones: memories.clones, models: models, adapted: adapted, configuration: configuration, randomness: randomness, logger: logger)
        return FeatureWork(
            workers: [CloneWorker(clones: memories.clones, writer: writer)], queues: [CloneOrder.queue],
            concurrency: configuration.concurrency,
            finalAnswers: [CloneOrder.kind: { CloneAnswer.final(of: $0) }])
    }

    /// Has the cast learn: beside the writing, which must not wait for it.
    public static func castWork(_ cast: any CloneCast) -> FeatureWork {
        FeatureWork(
            workers: [CastWorker(cast: cast)], queues: [CastOrder.queue], concurrency: 1,
            finalAnswers: [CastOrder.kind: { CastAnswer.final(of: $0) }])
    }
}
