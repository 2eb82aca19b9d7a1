import Discord
import Jobs
import Logging
import Support

/// What every feature stands on where the bot is: the queue, the ways to Discord, the seal of its buttons, time and chance.
public struct Stage: Sendable {
    let jobs: any JobQueue
    let rest: RESTClient
    /// What the gateway tells; to be fed by it.
    public let cache = GatewayCache()
    /// The bot's own, and whose it is.
    let application: OwnApplication
    /// All that is said on messages which are there, or in channels: finals, waiting lines, streamed answers.
    let outbox: Outbox
    let answers: AnswerKeeper
    let replies: DiscordReplies
    /// Keeps waiting lines true.
    let progress: ProgressReporter
    let signer: ButtonSigner
    /// Where requests are paid for; nil where credits are off.
    let credits: CreditDesk?
    let clock: any WallClock
    /// 64 random bits.
    let randomness: @Sendable () -> UInt64
    let logger: Logger

    /// - Parameters:
    ///   - buttonSecret: seals the buttons. The operator's own, and the same after a restart, or old buttons stop working.
    ///   - randomness: 64 random bits.
    public init(
        jobs: any JobQueue, rest: RESTClient, buttonSecret: Secret, credits: CreditDesk? = nil, clock: any WallClock,
        randomness: @escaping @Sendable () -> UInt64,
        logger: Logger
    ) {
        self.jobs = jobs
        self.rest = rest
        application = OwnApplication(clock: clock) { try await rest.currentApplication() }
        outbox = Outbox(client: rest, clock: clock, logger: logger)
        answers = AnswerKeeper(jobs: jobs, outbox: outbox, clock: clock, logger: logger)
        replies = DiscordReplies(rest: rest, outbox: outbox, answers: answers, cache: cache, clock: clock, logger: logger)
        progress = ProgressReporter(jobs: jobs, replies: replies, clock: clock, logger: logger)
        signer = ButtonSigner(secret: buttonSecret)
        self.credits = credits
        self.clock = clock
        self.randomness = randomness
        self.logger = logger
    }
}
