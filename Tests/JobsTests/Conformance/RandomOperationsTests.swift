import RepeatableChance
import Storage
import Support
import Testing

@testable import Jobs

/// Tells the same random story to two drivers and compares every word of what they answer.
@Suite("Random stories")
struct RandomOperationsTests {
    @Test("every driver answers as the memory driver does", arguments: [Driver.sqlite, .postgres, .redis], 0..<10)
    func same(_ driver: Driver, _ seed: Int) async throws {
        var story = try Story(driver, seed: UInt64(seed))
        for _ in 0..<400 { try await story.step() }
        try await story.compareAll()
        try await story.finish()
    }
}

private struct Story {
    let memory: Bench
    let other: Bench
    var random: SplitMix64
    var seconds = 0.0
    var lastID: UInt64 = 0
    var leases: [JobLease] = []
    var deliveryLeases: [DeliveryLease] = []

    init(_ driver: Driver, seed: UInt64) throws {
        let limits = JobLimits(waitingPerUser: 6, runningPerUser: 2, waitingPerQueue: 25)
        memory = try Bench(.memory, limits: limits)
        other = try Bench(driver, limits: limits)
        random = SplitMix64(seed: seed)
    }

    var now: Timestamp { memory.at(seconds) }

    mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    mutating func anyID() -> RequestID { RequestID(UInt64.random(in: 1...max(1, lastID + 1), using: &random)) }

    /// Does it to both, expects the same answer or the same refusal, and returns it.
    @discardableResult
    func both<Value: Equatable & Sendable>(_ body: (any JobQueue) async throws -> Value) async throws -> Value? {
        let (a, b) = (await outcome(memory.queue, body), await outcome(other.queue, body))
        #expect(a == b)
        return try? a.get()
    }

    private func outcome<Value: Sendable>(
        _ queue: any JobQueue, _ body: (any JobQueue) async throws -> Value
    ) async -> Result<Value, JobQueueError> {
        do { return .success(try await body(queue)) } catch let error as JobQueueError { return .failure(error) } catch {
            Issue.record("not a refusal but a fault: \(error)")
            return .failure(JobQueueError(.unknownJob, nil, "fault"))
        }
    }

    mutating func newJob() -> NewJob {
        lastID += 1
        var job = painting(
            lastID, user: ["ada", "bob", "cy", "di", nil][pick(5)], guild: ["home", "away", nil][pick(3)], cost: 1 + pick(9),
            weight: [50, 100, 100, 200][pick(4)], priority: [0, 0, 0, 1, -1][pick(5)],
            serialKey: [nil, nil, "talk 1", "talk 2"][pick(4)], maxAttempts: 1 + pick(3))
        job.queue = ["painter", "painter", "sketcher"][pick(3)]
        if pick(5) == 0 { job.scheduledAt = now + .seconds(pick(60)) }
        if pick(4) == 0 { job.deadline = now + .seconds(pick(90)) }
        return job
    }

    mutating func step() async throws {
        seconds += Double(pick(4))
        let now = now
        switch pick(20) {
        case 0...4:
            let job = newJob()
            try await both { try await $0.enqueue(job, at: now) }
        case 5...8:
            let claim = JobClaim(
                queues: ["painter", "sketcher"].shuffled(using: &random), worker: "w\(pick(3))", lease: .seconds(5 + pick(30)),
                limit: 1 + pick(3))
            leases += try await both { try await $0.claim(claim, at: now) }?.map(\.lease) ?? []
        case 9...12:
            guard let lease = leases.randomElement(using: &random) else { return }
            try await use(lease, now)
        case 13:
            let id = anyID()
            try await both { try await $0.cancel(id, at: now, answer: stateAnswer) }
        case 14:
            let limit = 1 + pick(5)
            try await both { try await $0.promote(at: now, limit: limit) }
            try await both { try await $0.expire(at: now, limit: limit, answer: stateAnswer) }
        case 15:
            let limit = 1 + pick(3)
            try await both { try await $0.rescue(at: now, limit: limit, answer: stateAnswer) }
        case 16:
            let id = anyID()
            try await both { try await $0.place(of: id) }
            try await both { try await $0.output(of: id) }
        case 17:
            let claimed = try await both { [limit = 1 + pick(4)] in
                try await $0.claimDeliveries(worker: "d", lease: .seconds(20), limit: limit, at: now)
            }
            deliveryLeases += claimed?.map(\.lease) ?? []
        case 18:
            guard let lease = deliveryLeases.randomElement(using: &random) else { return }
            try await use(lease, now)
        default:
            let new = NewDelivery(requestID: anyID(), kind: [.final, .part, .notice][pick(3)], sequence: pick(2), payload: .empty)
            try await both { try await $0.deliver([new], at: now) }
        }
    }

    private mutating func use(_ lease: JobLease, _ now: Timestamp) async throws {
        let failure = JobFailure(code: "x", message: "y")
        let later = now + .seconds(pick(40))
        let outcomes: [JobOutcome] = [
            .completed, .completed, .failed(failure, retryAt: later), .failed(failure, retryAt: nil), .cancelled, .snoozed(until: later),
            .handedBack,
        ]
        switch pick(6) {
        case 0: try await both { try await $0.renew(lease, for: .seconds(30), at: now) }
        case 1:
            let progress = Double(pick(11)) / 10
            try await both { queue in
                try await queue.report(progress: progress, under: lease, at: now)
                return true
            }
        case 2:
            let output = JobOutput(
                summary: .empty, files: [OutputFile(name: "\(pick(3))", contentType: "x/y", bytes: [UInt8(pick(9))])])
            try await both { try await $0.record(output, under: lease, at: now) }
        default:
            let outcome = outcomes[pick(outcomes.count)]
            try await both { try await $0.settle(lease, as: outcome, at: now, answer: stateAnswer) }
        }
    }

    private mutating func use(_ lease: DeliveryLease, _ now: Timestamp) async throws {
        let (way, later) = (pick(4), now + .seconds(pick(20)))
        try await both { queue in
            switch way {
            case 0: try await queue.retryDelivery(lease, at: later, reason: "r", now: now)
            case 1: try await queue.abandonDelivery(lease, reason: "a", at: now)
            case 2: _ = try await queue.renewDelivery(lease, for: .seconds(30), at: now)
            default: try await queue.markDelivered(lease, receipt: "m", at: now)
            }
            return true
        }
    }

    func compareAll() async throws {
        for id in 1...max(1, lastID + 1) {
            try await both { try await $0.job(RequestID(id)) }
            try await both { try await $0.place(of: RequestID(id)) }
            try await both { try await $0.output(of: RequestID(id)) }
            try await both { try await $0.deliveries(of: RequestID(id)) }
        }
        try await both { try await $0.depths() }
        try await both { try await $0.nextDeliveryAt() }
        try await both { try await $0.recentDurations(queue: "painter", limit: 10) }
        for worker in ["w0", "w1", "w2"] { try await both { try await $0.cancelRequests(worker: worker) } }
        #expect(try await other.broken() == [])
    }

    /// Lets everything come to its end: each request is then answered exactly once.
    mutating func finish() async throws {
        for _ in 0..<2_000 {
            seconds += 20
            let now = now
            try await both { try await $0.rescue(at: now, limit: 100, answer: stateAnswer) }
            try await both { try await $0.promote(at: now, limit: 100) }
            try await both { try await $0.expire(at: now, limit: 100, answer: stateAnswer) }
            let claim = JobClaim(queues: ["painter", "sketcher"], worker: "w", limit: 50)
            let claimed = try await both { try await $0.claim(claim, at: now) } ?? []
            for lease in claimed.map(\.lease) {
                try await both { try await $0.settle(lease, as: .completed, at: now, answer: stateAnswer) }
            }
            if try await other.queue.depths().allSatisfy({ $0.waiting == 0 && $0.running == 0 }) { break }
        }
        try await compareAll()
        for id in 1...max(1, lastID) {
            guard let job = try await other.queue.job(RequestID(id)) else { continue }
            #expect(job.state.isFinal)
            #expect(try await other.queue.deliveries(of: RequestID(id)).count { $0.kind == .final } == 1)
        }
    }
}
