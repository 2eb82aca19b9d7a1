import Discord
import Jobs
import Logging
import ServiceLifecycle
import Support
import Synchronization

/// Keeps waiting lines from standing over answers where several bots talk: any of them may show progress, and any may say the answer.
///
/// Progress of what is over is not sent. Yet a process may stand still between that look and the sending, for as long as it likes,
/// while another says the answer. So it looks again afterwards, and if the request was over by then, what was delivered is said
/// again: in the same place, once more paid for by nobody.
struct AnswerKeeper: Sendable {
    /// What progress may have come over, and since when.
    private struct Doubt {
        let address: MessageAddress
        let since: Timestamp
    }

    private final class Doubts: Sendable {
        let all = Mutex<[RequestID: Doubt]>([:])
    }

    /// Answers in doubt at a time.
    private static let limit = 1_000
    /// The life of an interaction's token: what is not said in place by then never was.
    private static let patience = Duration.seconds(900)

    private let jobs: any JobQueue
    private let outbox: Outbox
    private let clock: any WallClock
    private let logger: Logger
    private let doubts = Doubts()

    init(jobs: any JobQueue, outbox: Outbox, clock: any WallClock, logger: Logger) {
        self.jobs = jobs
        self.outbox = outbox
        self.clock = clock
        self.logger = logger
    }

    /// To be given with each word of progress on a request that is shown at that address.
    func watch(_ requestID: RequestID, at address: MessageAddress) -> ProgressWatch {
        ProgressWatch(
            isOutdated: { await jobs.isOver(requestID) },
            mayHaveOvertaken: {
                doubts.all.withLock { all in
                    if all.count < Self.limit, all[requestID] == nil { all[requestID] = Doubt(address: address, since: clock.now()) }
                }
            })
    }

    /// Looks after answers in doubt until cancelled.
    func run(_ deliverer: AnswerDeliverer) async {
        while (try? await clock.sleep(for: .milliseconds(500))) != nil {
            for (requestID, doubt) in doubts.all.withLock({ $0 }) where await isSettled(requestID, doubt, deliverer) {
                doubts.all.withLock { $0[requestID] = nil }
            }
        }
    }

    private func isSettled(_ requestID: RequestID, _ doubt: Doubt, _ deliverer: AnswerDeliverer) async -> Bool {
        // This outbox says nothing late after a final of its own.
        if outbox.hasFinal(at: doubt.address) || doubt.since + Self.patience < clock.now() { return true }
        do {
            let answers = try await jobs.deliveries(of: requestID).filter { $0.kind == .final && $0.state != .abandoned }
            guard let answer = answers.first else { return true }
            // Another process is about to say it: over what came late, or under it.
            guard answer.state == .delivered else { return false }
            try await deliverer.repeatAnswer(answer)
            logger.info("A waiting line came late; the answer was said again", metadata: ["request": "\(requestID)"])
            return true
        } catch {
            logger.warning(
                "An answer under a late waiting line is not said again yet", metadata: ["request": "\(requestID)", "error": "\(error)"])
            return error is Speaker.NoWay
        }
    }
}

/// Runs a bot's keeper with what says its answers.
struct AnswerKeeperService: Service {
    let keeper: AnswerKeeper
    let deliverer: AnswerDeliverer

    func run() async throws { await cancelWhenGracefulShutdown { await keeper.run(deliverer) } }
}
