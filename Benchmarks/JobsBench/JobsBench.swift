// Times the durable queue on SQLite: each job is enqueued, claimed under a lease, and completed with its answer in the
// outbox. `JobsBench [JOBS] [durability: crash|power]` prints one line of JSON for each way of calling it.
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
        let durability: Database.Durability = arguments.dropFirst().first == "power" ? .powerLoss : .processCrash
        let stories = [("one after the other", oneByOne), ("all in, then all out", allInAllOut), ("32 tasks at a time", manyAtATime)]
        for (name, story) in stories {
            let folder = FileManager.default.temporaryDirectory.appending(path: "jobs-bench-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let location = DatabaseLocation.sqlite(path: folder.appending(path: "t.db").path)
            let database = try Database(
                location, schemas: [SQLJobQueue.schema], options: .init(durability: durability), at: now)
            let queue = SQLJobQueue(database, limits: limits)
            let start = ContinuousClock.now
            try await story(queue, count)
            let seconds = (ContinuousClock.now - start).inSeconds
            guard try await queue.depths().allSatisfy({ $0.waiting == 0 && $0.running == 0 }) else { fatalError("jobs were left behind") }
            try database.close()
            try FileManager.default.removeItem(at: folder)
            let synchronous = durability == .powerLoss ? "FULL" : "NORMAL"
            print(
                "{\"peer\": \"troupe (synchronous=\(synchronous))\", \"story\": \"\(name)\", \"jobs_per_second\": \(Int(Double(count) / seconds))}"
            )
        }
    }

    @Sendable static func oneByOne(_ queue: SQLJobQueue, _ count: Int) async throws {
        for number in 1...count {
            _ = try await queue.enqueue(job(number), at: now)
            try await work(queue)
        }
    }

    @Sendable static func allInAllOut(_ queue: SQLJobQueue, _ count: Int) async throws {
        for number in 1...count { _ = try await queue.enqueue(job(number), at: now) }
        for _ in 1...count { try await work(queue) }
    }

    @Sendable static func manyAtATime(_ queue: SQLJobQueue, _ count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<32 {
                group.addTask {
                    for number in stride(from: lane + 1, through: count, by: 32) {
                        _ = try await queue.enqueue(job(number), at: now)
                        try await work(queue)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    static func work(_ queue: SQLJobQueue) async throws {
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
