import Discord
import DiscordModels
import Jobs
import Logging
import ServiceLifecycle
import Support

/// One thing that the bot can do, whole: its commands, buttons, forms and answers, what it listens to, and what must run for it.
///
/// A plain value that a feature's folder makes and ``Bot`` wires; nothing in it knows of other features.
public struct Feature: Sendable {
    var commands: [any CommandHandler] = []
    /// What it adds to commands that several features share.
    var commandParts: [any CommandPart] = []
    var buttons: [any ButtonHandler] = []
    var modals: [any ModalHandler] = []
    var listeners: [any EventListener] = []
    /// Commands that its listeners take as words of their own, as `!optin`.
    var words: Set<String> = []
    /// How the answers that lie in the outbox are said.
    var renderers: [any AnswerRenderer] = []
    /// The same for answers that are more than one message in place of a response.
    var sayers: [any AnswerSayer] = []
    /// What is said of its requests until they are answered.
    var waitingLines: [any WaitingLine] = []
    /// In the order to start them.
    var services: [any Service] = []
    /// What the gateway must send for the feature to work.
    var intents: GatewayIntents = []
}

/// Hears what happens in Discord beside interactions.
protocol EventListener: Sendable {
    /// Called straight from the gateway's reader, for every event that the bot's intents bring, in order. Returns at once for what it
    /// does not want; for what it wants, once that is durable. A repeat of the same event must do no harm.
    ///
    /// - Throws: when it could not be made durable; then it is logged, or handled again if the process is ending (`CancellationError`).
    func hear(_ event: GatewayEvent, receivedAt: Timestamp) async throws
}

/// The work half of a feature: what a runner needs, with or without Discord in its process.
public struct FeatureWork: Sendable {
    let workers: [any Worker]
    /// The queues that the workers serve; no other feature's.
    public let queues: [String]
    /// Jobs that run at a time in one process.
    public var concurrency: Int
    /// What is told to people whose request ended without its worker, by kind of job.
    let finalAnswers: [String: FinalAnswer]

    init(workers: [any Worker], queues: [String], concurrency: Int, finalAnswers: [String: FinalAnswer]) {
        self.workers = workers
        self.queues = queues
        self.concurrency = concurrency
        self.finalAnswers = finalAnswers
    }

    /// What is told to people whose request ended without its worker: for scheduler and rescuer.
    public static func finalAnswer(of works: [FeatureWork]) -> FinalAnswer {
        let answers = works.reduce(into: [:]) { $0.merge($1.finalAnswers) { first, _ in first } }
        return { job in answers[JobKind(parsing: job.kind).name]?(job) ?? [] }
    }

    /// What claims the jobs and does them; nil where there is no queue to serve.
    public func processor(
        queue: any JobQueue, worker: String, lease: Duration, clock: any WallClock, jitter: @escaping @Sendable () -> Double, logger: Logger
    ) -> JobProcessor? {
        guard !queues.isEmpty else { return nil }
        return JobProcessor(
            queue: queue, workers: workers,
            configuration: .init(queues: queues, worker: worker, concurrency: concurrency, lease: lease), clock: clock, jitter: jitter,
            logger: logger,
            answer: Self.finalAnswer(of: [self]))
    }
}
