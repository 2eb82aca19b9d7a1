import Discord
import Inference
import Jobs
import Logging
import Support

/// `/generate`, whole: ``feature(on:models:configuration:)`` where the bot is, ``work(models:logger:)`` in any process that has the models.
public enum GenerateFeature {
    public struct Configuration: Sendable {
        /// Jobs of one model that run at a time, for the estimate.
        public var runners = 1
        /// Longest wait before a request is given up, with an answer that says so.
        public var patience: Duration = .seconds(86_400)

        public init() {}
    }

    /// - Parameter models: in the operator's order; here nothing but their cards is looked at.
    public static func feature(on stage: Stage, models: ImageModelCatalog, configuration: Configuration = .init()) -> Feature {
        let components = GenerateComponents(signer: stage.signer)
        let submission = Submission(
            jobs: stage.jobs, models: models, progress: stage.progress, credits: stage.credits, patience: configuration.patience,
            clock: stage.clock)
        // Short enough to read and type again.
        let randomSeed: @Sendable () -> UInt64 = { [randomness = stage.randomness] in randomness() >> 32 }
        return Feature(
            commands: [
                GenerateHandler(command: GenerateCommand(cards: models.cards), submission: submission, randomSeed: randomSeed)
            ],
            buttons: [
                GenerateButtons(
                    jobs: stage.jobs, submission: submission, progress: stage.progress, replies: stage.replies, randomSeed: randomSeed,
                    clock: stage.clock)
            ],
            renderers: [GenerateRenderer(jobs: stage.jobs, cards: models.cards, components: components)],
            waitingLines: [GenerateLine(cards: models.cards, components: components, runners: configuration.runners)])
    }

    /// Does the painting.
    public static func work(models: ImageModelCatalog, logger: Logger) -> FeatureWork {
        FeatureWork(
            workers: [GenerateWorker(models: models, logger: logger)], queues: models.cards.map(\.name), concurrency: 1,
            finalAnswers: [GenerateWorker.kind: { GenerateAnswer.final(of: $0) }])
    }
}
