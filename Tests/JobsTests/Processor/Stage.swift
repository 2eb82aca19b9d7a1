import Jobs
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Support
import Synchronization
import Testing

/// A queue, a clock that moves when told, and processors on them.
struct Stage: Sendable {
    let bench: Bench
    let clock: ManualClock
    var logger: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }

    init(_ driver: Driver) throws {
        bench = try Bench(driver, limits: JobLimits(waitingPerUser: 1_000, runningPerUser: 1_000))
        clock = ManualClock(now: bench.start)
    }

    var queue: any JobQueue { bench.queue }

    /// For stories that are not of leases: while a crowded machine holds a database up for a moment, a minute of the clock may pass.
    static let longLease = Duration.seconds(100_000)

    func processor(
        _ worker: any Worker, name: String = "anna", concurrency: Int = 1, lease: Duration = longLease, grace: Duration = .seconds(20)
    ) -> JobProcessor {
        JobProcessor(
            queue: queue, workers: [worker],
            configuration: .init(
                queues: ["painter"], worker: name, concurrency: concurrency, lease: lease, grace: grace,
                backoff: Backoff(base: .seconds(2), cap: .seconds(60))),
            clock: clock, jitter: { 1 }, logger: logger, answer: stateAnswer)
    }

    /// Runs the services while `story` is told, then shuts them down gracefully and waits for their end.
    /// - Parameter gate: one at which their work may stand: opened when the story fails, or they would never end.
    func run(
        _ services: [any Service], opening gate: Gate? = nil,
        _ story: @Sendable @escaping (GracefulShutdownTestTrigger) async throws -> Void
    ) async throws {
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for service in services { group.addTask { try await service.run() } }
                do { try await story(trigger) } catch {
                    gate?.open()
                    group.cancelAll()
                    throw error
                }
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    /// Lets time pass in steps until the condition holds.
    func pass(_ step: Duration = .milliseconds(500), until condition: @Sendable () async throws -> Bool) async throws {
        for _ in 0..<2_000 {
            if try await condition() { return }
            clock.advance(by: step)
            await settleDown()
        }
        Issue.record("it never came to that")
    }

    /// Waits, without time passing, until the condition holds.
    func wait(until condition: @Sendable () async throws -> Bool) async throws {
        let limit = ContinuousClock.now + .seconds(100)
        while ContinuousClock.now < limit {
            if try await condition() { return }
            await Task.yield()
        }
        Issue.record("it never came to that")
    }

    func settleDown() async { for _ in 0..<20 { await Task.yield() } }

    func state(_ id: UInt64) async throws -> JobState? { try await queue.job(RequestID(id))?.state }

    func answers(_ id: UInt64) async throws -> [String] { try await queue.deliveries(of: RequestID(id)).map(\.payload.text) }
}

/// A worker that does what the test says, and counts.
final class ScriptedWorker: Worker {
    static let kind = "generate"
    private let script: @Sendable (Job, any JobContext) async throws -> WorkResult
    private let counts = Mutex((runs: 0, now: 0, most: 0))

    init(_ script: @escaping @Sendable (Job, any JobContext) async throws -> WorkResult) { self.script = script }

    var runs: Int { counts.withLock { $0.runs } }
    var now: Int { counts.withLock { $0.now } }
    var most: Int { counts.withLock { $0.most } }

    func work(_ job: Job, _ context: any JobContext) async throws -> WorkResult {
        counts.withLock { counts in
            counts.runs += 1
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
        defer { counts.withLock { $0.now -= 1 } }
        return try await script(job, context)
    }
}

/// A picture, as an answer.
func picture(_ job: Job) -> [NewDelivery] { [NewDelivery(requestID: job.requestID, payload: JobPayload(bytes: Array("picture".utf8)))] }

/// Something that a test opens when it likes.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Does not listen to cancellation, like a kernel in the middle of a matrix.
    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// Works until told to stop.
func untilStopped(_ context: any JobContext) async throws {
    while !context.isCancelled { await Task.yield() }
    throw CancellationError()
}
