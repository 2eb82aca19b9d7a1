import Discord
import DiscordModels
import Jobs
import Logging
import ServiceLifecycle
import Support
import Synchronization

/// Keeps the waiting lines under people's requests true: position, estimate, progress, preview; one for all features of a bot.
///
/// Looks how a request stands when something is heard of it, and now and then; asks the feature's ``WaitingLine`` what to
/// say, and gives it to the outbox, which sends only the newest words, at a bearable pace, and none after the answer. Best
/// effort and nothing more: the answer itself is a durable delivery.
actor ProgressReporter {
    struct Configuration: Sendable {
        /// Positions and the doings of other processes are looked at this often.
        var poll: Duration = .seconds(5)
        /// One request is looked at no more often.
        var interval: Duration = .milliseconds(500)
        /// Requests kept up to date at a time; older ones wait for their answer without news.
        var limit = 2_000
        /// How long the pace of a queue counts as known.
        var paceLifetime: Duration = .seconds(2)
    }

    private struct Tracked {
        var shown: MessageEdit?
        var checkAt: Timestamp
        var notBefore: Timestamp
        var isBeingChecked = false
    }

    private let jobs: any JobQueue
    private let replies: DiscordReplies
    private let configuration: Configuration
    private let clock: any WallClock
    private let logger: Logger
    private let wakes: AsyncStream<Void>
    private nonisolated let wake: AsyncStream<Void>.Continuation
    private nonisolated let unsaid = Mutex<Set<RequestID>>([])
    private var lines: [String: any WaitingLine] = [:]
    private var tracked: [RequestID: Tracked] = [:]
    private var paces: [String: (perUnit: [Duration], until: Timestamp)] = [:]

    init(jobs: any JobQueue, replies: DiscordReplies, configuration: Configuration = .init(), clock: any WallClock, logger: Logger) {
        self.jobs = jobs
        self.replies = replies
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Told by features

    /// Shows how the request stands at once, and keeps it true from now on.
    func track(_ requestID: RequestID) {
        guard tracked[requestID] == nil else { return }
        if tracked.count >= configuration.limit, let oldest = tracked.keys.min() { tracked[oldest] = nil }
        tracked[requestID] = Tracked(checkAt: clock.now(), notBefore: clock.now())
        wake.yield()
    }

    /// Something about the request changed.
    func refresh(_ requestID: RequestID) {
        guard tracked[requestID] != nil else { return }
        tracked[requestID]?.checkAt = clock.now()
        wake.yield()
    }

    // MARK: Running

    /// Runs until cancelled.
    /// - Parameter lines: of all features, each of another kind.
    func run(speaking lines: [any WaitingLine]) async {
        self.lines = Dictionary(lines.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
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
            // One that is not known yet is from before this process started.
            if tracked[requestID] == nil { track(requestID) } else { refresh(requestID) }
        case .settled(let requestID, let state):
            if state.isFinal { tracked[requestID] = nil } else { refresh(requestID) }
        case .available, .deliveries: break
        }
    }

    private func takeDue() -> [RequestID] {
        for requestID in unsaid.withLock({ unsaid in
            defer { unsaid = [] }
            return unsaid
        }) { tracked[requestID]?.shown = nil }
        let now = clock.now()
        let due = tracked.filter { !$0.value.isBeingChecked && $0.value.checkAt <= now && $0.value.notBefore <= now }
            .sorted { $0.value.checkAt < $1.value.checkAt }.prefix(64).map(\.key)
        for requestID in due { tracked[requestID]?.isBeingChecked = true }
        return due
    }

    private func check(_ requestID: RequestID) async {
        let now = clock.now()
        tracked[requestID]?.checkAt = now + configuration.poll
        tracked[requestID]?.notBefore = now + configuration.interval
        do {
            let isOver = try await !show(requestID)
            if isOver { tracked[requestID] = nil } else { tracked[requestID]?.isBeingChecked = false }
        } catch {
            logger.debug("A request's standing could not be read", metadata: ["request": "\(requestID)", "error": "\(error)"])
            tracked[requestID]?.isBeingChecked = false
        }
    }

    /// - Returns: whether there will be more to show.
    private func show(_ requestID: RequestID) async throws -> Bool {
        guard let job = try await jobs.job(requestID), let line = lines[job.kind], let address = line.address(of: job),
            address.hasToken(at: clock.now()), let place = try await jobs.place(of: requestID)
        else { return false }
        let preview = line.showsPreview && job.state == .running ? try await jobs.preview(of: requestID) : nil
        guard
            let standing = Standing(
                of: job, place: place, perUnit: try await pace(of: job.queue), runners: line.runners(of: job),
                expected: line.expectedPerUnit(of: job), preview: preview, now: clock.now())
        else { return false }
        let message = line.message(for: job, standing)
        guard tracked[requestID] != nil, tracked[requestID]?.shown != message else { return tracked[requestID] != nil }
        tracked[requestID]?.shown = message
        replies.progress(message, at: address, of: requestID, onFailure: { self.couldNotShow(requestID) })
        return true
    }

    /// Looked at again with the next poll.
    private nonisolated func couldNotShow(_ requestID: RequestID) { unsaid.withLock { _ = $0.insert(requestID) } }

    private func pace(of queue: String) async throws -> [Duration] {
        let now = clock.now()
        if let known = paces[queue], known.until > now { return known.perUnit }
        let perUnit = try await jobs.recentDurations(queue: queue, limit: 20)
        paces[queue] = (perUnit, now + configuration.paceLifetime)
        return perUnit
    }
}

/// Runs a bot's reporter with the lines of its features.
struct ProgressService: Service {
    let reporter: ProgressReporter
    let lines: [any WaitingLine]

    func run() async throws { await cancelWhenGracefulShutdown { await reporter.run(speaking: lines) } }
}
