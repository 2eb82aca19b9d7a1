import Foundation
import Jobs
import PostgresTestServer
import Storage
import Support
import Testing

/// The drivers that every story of the queue is told to.
enum Driver: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory
    /// The sql driver, on each kind of database.
    case sqlite, postgres
    case redis

    var testDescription: String { rawValue }

    var engine: TestEngine? { TestEngine(rawValue: rawValue) }
}

/// One queue under test, with its hour.
struct Bench: Sendable {
    let queue: any JobQueue
    /// Only with the sql driver.
    let database: Database?
    let ground: TestDatabase?
    /// Only with the redis driver.
    let redis: String?
    let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    init(_ driver: Driver, limits: JobLimits = JobLimits()) throws {
        ground = try driver.engine.map { try TestDatabase($0) }
        database = try ground?.open([SQLJobQueue.schema], at: start)
        redis = driver == .redis ? try RedisTestServer.shared().freshAddress() : nil
        if let redis {
            queue = RedisJobQueue(try RedisAddress(parsing: redis), name: "one", limits: limits)
        } else {
            queue = database.map { SQLJobQueue($0, limits: limits) } ?? MemoryJobQueue(limits: limits)
        }
    }

    /// A queue on another connection to the same database or server: what another process would have. Nil in memory.
    func secondConnection() throws -> (any JobQueue)? {
        let limits = JobLimits(waitingPerUser: 1_000, runningPerUser: 1_000)
        if let redis { return RedisJobQueue(try RedisAddress(parsing: redis), name: "two", limits: limits) }
        return try ground.map { SQLJobQueue(try $0.open([SQLJobQueue.schema], at: start), limits: limits) }
    }

    /// What does not hold of what is kept; in memory nothing is looked at.
    func broken() async throws -> [String] {
        if let redis { return try JobsTests.invariantsBroken(on: .shared(), redis) }
        if let database { return try await JobsTests.invariantsBroken(in: database) }
        return []
    }

    /// The start plus so many seconds.
    func at(_ seconds: Double) -> Timestamp { start + .milliseconds(Int64(seconds * 1_000)) }

    @discardableResult
    func enqueue(_ job: NewJob, at seconds: Double = 0) async throws -> Job {
        switch try await queue.enqueue(job, at: at(seconds)) {
        case .enqueued(let job), .existing(let job): return job
        case .refused(let refusal): throw refusal
        }
    }

    /// Claims one job of the queue `painter`.
    func claim(_ worker: String = "w", lease: Duration = .seconds(30), at seconds: Double = 0) async throws -> ClaimedJob? {
        try await queue.claim(JobClaim(queues: ["painter"], worker: worker, lease: lease), at: at(seconds)).first
    }

    /// Claims and completes everything, and tells the order.
    func drain(at seconds: Double = 0) async throws -> [UInt64] {
        var order: [UInt64] = []
        while let claimed = try await claim(at: seconds) {
            order.append(claimed.job.requestID.rawValue)
            _ = try await queue.settle(claimed.lease, as: .completed, at: at(seconds), answer: noAnswer)
        }
        return order
    }
}

/// A folder that goes when it is forgotten.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "troupe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}

let noAnswer: FinalAnswer = { _ in [] }

/// An answer that names the state in which the job ended.
let stateAnswer: FinalAnswer = { job in
    [NewDelivery(requestID: job.requestID, payload: JobPayload(bytes: Array(job.state.rawValue.utf8)))]
}

func painting(
    _ id: UInt64, user: String? = "ada", guild: String? = "home", cost: Int = 1, weight: Int = 100, priority: Int = 0,
    serialKey: String? = nil, maxAttempts: Int = 3, scheduledAt: Timestamp? = nil, deadline: Timestamp? = nil
) -> NewJob {
    NewJob(
        requestID: RequestID(id), kind: "generate", queue: "painter",
        arguments: JobPayload(bytes: Array("{\"prompt\":\"two circles\"}".utf8)),
        user: user, guild: guild, weight: weight, cost: cost, priority: priority, serialKey: serialKey, maxAttempts: maxAttempts,
        scheduledAt: scheduledAt, deadline: deadline)
}

extension JobPayload {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
