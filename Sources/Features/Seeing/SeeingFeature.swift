import Credits
import Discord
import Inference
import Jobs
import Logging
import Memory
import Support

/// `/comprehend` and its tasks, whole: ``feature(on:models:tasks:configuration:)`` where the bot is, ``work(models:tasks:logger:)`` in
/// any process that has the models.
public enum SeeingFeature {
    public struct Configuration: Sendable {
        /// Longest wait before a question is given up, with an answer that says so.
        public var patience: Duration = .seconds(86_400)

        public init() {}
    }

    /// - Parameter models: in the operator's order; here nothing but their cards is looked at.
    public static func feature(
        on stage: Stage, models: VisionModelCatalog, tasks: TaskStore, configuration: Configuration = .init()
    ) -> Feature {
        let components = SeeingComponents(signer: stage.signer)
        let submission = SeeingSubmission(
            jobs: stage.jobs, progress: stage.progress, credits: stage.credits, patience: configuration.patience, clock: stage.clock)
        let finder = PictureFinder(
            attachments: stage.rest.attachments, message: { [rest = stage.rest] in try await rest.message($0, in: $1) }, jobs: stage.jobs)
        let shelf = TaskShelf(store: tasks)
        let asking = Asking(finder: finder, shelf: shelf, submission: submission)
        let desk = TaskDesk(shelf: shelf, finder: finder, submission: submission, replies: stage.replies, clock: stage.clock)
        let command = ComprehendCommand(
            cards: models.cards, price: { [credits = stage.credits] in credits?.price(of: $0.name, units: 1) })
        return Feature(
            commands: [
                ComprehendHandler(command: command, asking: asking),
                ComprehendMenu(command: command, asking: asking, signer: stage.signer, clock: stage.clock),
                TaskHandler(desk: desk, command: command, signer: stage.signer), ListTasksCommand(desk: desk),
                RegisterTaskCommand(desk: desk),
                AddToTaskMenu(desk: desk, signer: stage.signer),
            ],
            buttons: [
                SeeingButtons(
                    jobs: stage.jobs, asking: asking, components: components, progress: stage.progress, replies: stage.replies,
                    randomSeed: { [randomness = stage.randomness] in randomness() >> 32 }, clock: stage.clock)
            ],
            modals: [QuestionForms(jobs: stage.jobs, command: command, asking: asking), ExampleForms(desk: desk)],
            renderers: [SeeingRenderer(jobs: stage.jobs, components: components, credits: stage.credits)],
            waitingLines: [SeeingLine(cards: models.cards, components: components)])
    }

    /// Asks anew what could not be answered, as the button "Again" does.
    public static func retry(on stage: RetryStage, models: [VisionModelCard], configuration: Configuration = .init()) -> Retries.Way {
        let submission = SeeingSubmission(
            jobs: stage.jobs, progress: nil, credits: stage.credits, patience: configuration.patience, clock: stage.clock)
        return Retries.Way(kind: SeeingWorker.kind) { old, requestID in
            let order = try await stage.jobs.seeingOrder(of: old.requestID)
            guard models.contains(where: { $0.name == order.model }) else { throw Refusal(SeeingText.modelGone(order.model)) }
            let reply = order.reply.afterwards
            try await submission.again(
                old.requestID, as: requestID, reply, roles: try await stage.place(of: reply).roles, seed: stage.randomness() >> 32)
        }
    }

    /// Does the looking.
    public static func work(models: VisionModelCatalog, tasks: TaskStore, logger: Logger) -> FeatureWork {
        FeatureWork(
            workers: [SeeingWorker(models: models, shelf: TaskShelf(store: tasks), logger: logger)],
            queues: models.cards.map { SeeingOrder.queue(of: $0.name) }, concurrency: 1,
            finalAnswers: [SeeingWorker.kind: { SeeingAnswer.final(of: $0) }])
    }
}
