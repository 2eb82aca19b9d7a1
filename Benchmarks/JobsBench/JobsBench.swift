// Times the durable queue: each job is enqueued, claimed under a lease, and completed with its answer in the outbox.
// `JobsBench [JOBS] [crash|power|ADDRESS]` prints one line of JSON for each way of calling it: on SQLite with that durability, or
// on a server, `redis://…` or `postgres://…` with an empty database.
import Foundation
import Jobs
import Storage
import Support

@main
struct JobsBench {
    static let now = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
    static let limits = JobLimits(waitingPerUser: 1_000_000, runningPerUser: 1_000_000, waitingPerQueue: 1_000_000)

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let count = arguments.first.flatMap { Int($0) } ?? 10_000
        let place = arguments.dropFirst().first ?? "crash"
        let stories = [("one after the other", oneByOne), ("all in, then all out", allInAllOut), ("32 tasks at a time", manyAtATime)]
        for (index, (name, story)) in stories.enumerated() {
            let folder = FileManager.default.temporaryDirectory.appending(path: "jobs-bench-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let (queue, peer) = try open(place, file: folder.appending(path: "t.db").path)
            let start = ContinuousClock.now
            try await story(queue, index * count, count)
            let seconds = (ContinuousClock.now - start).inSeconds
            guard try await queue.depths().allSatisfy({ $0.waiting == 0 && $0.running == 0 }) else { fatalError("jobs were left behind") }
            try FileManager.default.removeItem(at: folder)
            print("{\"peer\": \"troupe (\(peer))\", \"story\": \"\(name)\", \"jobs_per_second\": \(Int(Double(count) / seconds))}")
        }
    }

    static func open(_ place: String, file: String) throws -> (any JobQueue, String) {
        if place.hasPrefix("redis") { return (RedisJobQueue(try RedisAddress(parsing: place), name: "bench", limits: limits), "Redis") }
        if place.hasPrefix("postgres") {
            let database = try Database(DatabaseLocation(parsing: place), schemas: [SQLJobQueue.schema], at: now)
            return (SQLJobQueue(database, limits: limits), "PostgreSQL")
        }
        let durability: Database.Durability = place == "power" ? .powerLoss : .processCrash
        let database = try Database(.sqlite(path: file), schemas: [SQLJobQueue.schema], options: .init(durability: durability), at: now)
        return (SQLJobQueue(database, limits: limits), "synchronous=\(place == "power" ? "FULL" : "NORMAL")")
    }

    @Sendable static func oneByOne(_ queue: any JobQueue, _ first: Int, _ count: Int) async throws {
        for number in 1...count {
            _ = try await queue.enqueue(job(first + number), at: now)
            try await work(queue)
        }
    }

    @Sendable static func allInAllOut(_ queue: any JobQueue, _ first: Int, _ count: Int) async throws {
        for number in 1...count { _ = try await queue.enqueue(job(first + number), at: now) }
        for _ in 1...count { try await work(queue) }
    }

    @Sendable static func manyAtATime(_ queue: any JobQueue, _ first: Int, _ count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<32 {
                group.addTask {
                    for number in stride(from: lane + 1, through: count, by: 32) {
                        _ = try await queue.enqueue(job(first + number), at: now)
                        try await work(queue)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    static func work(_ queue: any JobQueue) async throws {
        guard let claimed = try await queue.claim(JobClaim(queues: ["painter"], worker: "bench"), at: now).first else {
            fatalError("a job was lost")
        }
        _ = try await queue.settle(claimed.lease, as: .completed, at: now) { job in
            [NewDelivery(requestID: job.requestID, payload: job.arguments)]
        }
    }

    static func job(_ number: Int) -> NewJob {
        NewJob(
            requestID: RequestID(UInt64(number)), kind: "generate", queue: "painter",
            arguments: JobPayload(bytes: Array("{\"prompt\":\"two red circles above a blue square\",\"count\":4}".utf8)),
            user: "person \(number % 50)", guild: "guild \(number % 5)", cost: 4)
    }
}
