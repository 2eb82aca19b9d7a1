import Discord
import DiscordModels
import Inference
import Jobs
import Logging
import ServiceLifecycle
import Support

/// Keeps the waiting lines under people's requests true: position, estimate, progress. Best effort and nothing more; the
/// answer itself goes by ``DeliveryService``, which first tells this one to be still.
///
/// Edits of one message are at least an interval apart and only the newest text goes out; nothing is queued up.
actor ProgressReporter: Service {
    struct Configuration: Sendable {
        /// Shortest time between two edits of one message.
        var interval: Duration = .milliseconds(1_500)
        /// Positions and the doings of other processes are looked at this often.
        var poll: Duration = .seconds(5)
        /// Requests kept up to date at a time; older ones wait for their answer without news.
        var limit = 2_000
        /// Jobs of one queue that run at a time, for the estimate.
        var runners = 1
    }

    private struct Tracked {
        let order: GenerateOrder
        var shown: String?
        var notBefore: Timestamp
        var checkAt: Timestamp
        var isEditing = false
        var isStopped = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let jobs: any JobQueue
    private let replies: DiscordReplies
    private let models: ImageModelCatalog
    private let components: GenerateComponents
    private let configuration: Configuration
    private let clock: any WallClock
    private let logger: Logger
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private var tracked: [RequestID: Tracked] = [:]

    init(
        jobs: any JobQueue, replies: DiscordReplies, models: ImageModelCatalog, components: GenerateComponents,
        configuration: Configuration, clock: any WallClock, logger: Logger
    ) {
        self.jobs = jobs
        self.replies = replies
        self.models = models
        self.components = components
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Told by others

    /// Shows the first line at once, and keeps it true from now on.
    func track(_ requestID: RequestID, _ order: GenerateOrder) {
        guard tracked[requestID] == nil else { return }
        let now = clock.now()
        if tracked.count >= configuration.limit, let oldest = tracked.filter({ !$0.value.isEditing }).keys.min() {
            tracked[oldest] = nil
        }
        tracked[requestID] = Tracked(order: order, notBefore: now, checkAt: now)
        wake.yield()
    }

    /// Something about the request changed.
    func refresh(_ requestID: RequestID) {
        guard tracked[requestID] != nil else { return }
        tracked[requestID]?.checkAt = clock.now()
        wake.yield()
    }

    /// Returns once no edit of the request's message is on its way, nor will be.
    func stop(_ requestID: RequestID) async {
        guard let entry = tracked[requestID] else { return }
        guard entry.isEditing else {
            tracked[requestID] = nil
            return
        }
        tracked[requestID]?.isStopped = true
        await withCheckedContinuation { tracked[requestID]?.waiters.append($0) }
    }

    // MARK: Running

    func run() async throws {
        await cancelWhenGracefulShutdown { await self.report() }
    }

    private func report() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await signal in self.jobs.signals.listen() { await self.note(signal) }
            }
            group.addTask {
                while (try? await self.clock.sleep(for: .milliseconds(500))) != nil { self.wake.yield() }
            }
            for await _ in wakes {
                for requestID in takeDue() { group.addTask { await self.check(requestID) } }
            }
            group.cancelAll()
        }
    }

    private func note(_ signal: JobSignal) async {
        switch signal {
        case .progressed(let requestID, _), .cancelRequested(let requestID):
            if tracked[requestID] != nil { refresh(requestID) } else { await adopt(requestID) }
        case .settled(let requestID, let state): if !state.isFinal { refresh(requestID) }
        case .available, .deliveries: break
        }
    }

    /// A request from before this process started.
    private func adopt(_ requestID: RequestID) async {
        guard let job = try? await jobs.job(requestID), job.kind == GenerateWorker.kind, !job.state.isFinal,
            let order = try? job.arguments.decode(GenerateOrder.self)
        else { return }
        track(requestID, order)
    }

    private func takeDue() -> [RequestID] {
        let now = clock.now()
        let due = tracked.filter { !$0.value.isEditing && $0.value.checkAt <= now && $0.value.notBefore <= now }
            .sorted { $0.value.checkAt < $1.value.checkAt }.prefix(64).map(\.key)
        for requestID in due { tracked[requestID]?.isEditing = true }
        return due
    }

    /// Looks how the request stands and edits its message if that has changed.
    private func check(_ requestID: RequestID) async {
        var isOver = false
        if let entry = tracked[requestID], !entry.isStopped {
            do {
                isOver = try await !show(requestID, entry)
            } catch let error as DiscordAPIError where error.isInteractionGone || error.isUnknownMessage {
                isOver = true
            } catch {
                logger.debug("A status line could not be shown", metadata: ["request": "\(requestID)", "error": "\(error)"])
                tracked[requestID]?.shown = nil
            }
        }
        guard let entry = tracked[requestID] else { return }
        if isOver || entry.isStopped {
            tracked[requestID] = nil
        } else {
            tracked[requestID]?.isEditing = false
        }
        tracked[requestID]?.waiters = []
        for waiter in entry.waiters { waiter.resume() }
    }

    /// - Returns: whether there will be more to show.
    private func show(_ requestID: RequestID, _ entry: Tracked) async throws -> Bool {
        tracked[requestID]?.checkAt = clock.now() + configuration.poll
        guard let job = try await jobs.job(requestID), let place = try await jobs.place(of: requestID) else { return false }
        let perPicture = try await jobs.recentDurations(queue: job.queue, limit: 20)
        let text = StatusLine.text(
            entry.order, job: job, place: place, perPicture: perPicture, card: models[entry.order.model]?.card,
            runners: configuration.runners, now: clock.now())
        guard let text else { return false }
        guard entry.order.reply.hasToken(at: clock.now()) else { return false }
        guard text != entry.shown, tracked[requestID]?.isStopped == false else { return true }
        let buttons = job.cancelRequestedAt == nil ? components.waiting(requestID, owner: entry.order.reply.userID) : []
        tracked[requestID]?.shown = text
        defer { tracked[requestID]?.notBefore = clock.now() + configuration.interval }
        try await replies.edit(entry.order.reply, MessageEdit(content: text, components: buttons))
        return true
    }
}
