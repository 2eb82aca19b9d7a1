import Credits
import Discord
import Inference
import Jobs
import Logging
import Memory
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

    /// Where pictures are found again, and what guilds decided; each may be missing, and then nobody can look or decide.
    public struct Memories: Sendable {
        var shelf: PictureShelf?
        var guilds: GuildSettingsStore?

        public init(shelf: PictureShelf? = nil, guilds: GuildSettingsStore? = nil) {
            self.shelf = shelf
            self.guilds = guilds
        }
    }

    /// - Parameter models: in the operator's order; here nothing but their cards is looked at.
    public static func feature(
        on stage: Stage, models: ImageModelCatalog, memories: Memories = .init(), configuration: Configuration = .init()
    ) -> Feature {
        let cards = models.cards
        let components = GenerateComponents(signer: stage.signer)
        let rules = PaintingRules(memories.guilds, clock: stage.clock)
        let attachments = stage.rest.attachments
        // Short enough to read and type again.
        let randomSeed: @Sendable () -> UInt64 = { [randomness = stage.randomness] in randomness() >> 32 }
        let submission = Submission(
            jobs: stage.jobs, cards: cards, rules: rules, progress: stage.progress, credits: stage.credits,
            patience: configuration.patience, clock: stage.clock)
        let repainting = Repainting(jobs: stage.jobs, cards: cards, rules: rules, submission: submission, randomSeed: randomSeed)
        let costs = PaintingCosts(
            price: { [credits = stage.credits] in credits?.price(of: $0, units: $1) }, rules: rules, cards: cards)
        let info = PictureInfo(jobs: stage.jobs, components: components, replies: stage.replies, attachments: attachments)
        var feature = Feature()
        feature.commands = [
            GenerateHandler(
                command: GenerateCommand(cards: cards, isPriced: stage.credits != nil, prices: { costs.ofEachModel }),
                choices: GenerateChoices(
                    cards: cards, rules: rules, jobs: stage.jobs, costs: costs), rules: rules,
                submission: submission, attachments: attachments, randomSeed: randomSeed),
            VariationMenu(cards: cards, repainting: repainting, components: components, costs: costs), PictureInfoMenu(info: info),
            InfoCommand(info: info),
        ]
        feature.buttons = [
            GenerateButtons(
                jobs: stage.jobs, cards: cards, repainting: repainting, components: components, costs: costs, progress: stage.progress,
                replies: stage.replies, clock: stage.clock),
            GenerateDeletion(jobs: stage.jobs, shelf: memories.shelf, components: components, replies: stage.replies),
        ]
        feature.modals = [
            GenerateEditing(repainting: repainting),
            PaintingFrom(
                cards: cards, rules: rules, submission: submission, replies: stage.replies, attachments: attachments, randomSeed: randomSeed
            ),
        ]
        feature.renderers = [GenerateRenderer(jobs: stage.jobs, cards: cards, components: components, costs: costs)]
        feature.waitingLines = [GenerateLine(cards: cards, components: components, runners: configuration.runners)]
        if let shelf = memories.shelf {
            let gallery = Gallery(
                shelf: shelf, jobs: stage.jobs, rules: rules, submission: submission, replies: stage.replies, signer: stage.signer,
                logger: stage.logger)
            feature.commands += [GalleryCommand(gallery: gallery), AgainCommand(shelf: shelf, repainting: repainting, costs: costs)]
            feature.buttons.append(GalleryButtons(gallery: gallery))
        }
        if memories.guilds != nil {
            feature.commands.append(SettingsHandler(command: SettingsCommand(cards: cards), rules: rules, replies: stage.replies))
        }
        return feature
    }

    /// Paints anew what could not be painted, as the button "Again" does.
    public static func retry(
        on stage: RetryStage, models: [ImageModelCard], guilds: GuildSettingsStore, configuration: Configuration = .init()
    ) -> Retries.Way {
        let rules = PaintingRules(guilds, clock: stage.clock)
        let submission = Submission(
            jobs: stage.jobs, cards: models, rules: rules, progress: nil, credits: stage.credits, patience: configuration.patience,
            clock: stage.clock)
        let repainting = Repainting(
            jobs: stage.jobs, cards: models, rules: rules, submission: submission, randomSeed: { stage.randomness() >> 32 })
        return Retries.Way(kind: GenerateWorker.kind) { old, requestID in
            guard let reply = try await repainting.order(of: old.requestID)?.reply.afterwards else { throw Refusal(GenerateText.gone) }
            try await repainting.anew(old.requestID, as: requestID, from: try await stage.place(of: reply), reply)
        }
    }

    /// Does the painting.
    public static func work(models: ImageModelCatalog, shelf: PictureShelf? = nil, logger: Logger) -> FeatureWork {
        FeatureWork(
            workers: [GenerateWorker(models: models, shelf: shelf, logger: logger)], queues: models.cards.map(\.name), concurrency: 1,
            finalAnswers: [GenerateWorker.kind: { GenerateAnswer.final(of: $0) }])
    }
}
