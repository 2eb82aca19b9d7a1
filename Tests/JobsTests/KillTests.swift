import Foundation
import Jobs
import PostgresTestServer
import RepeatableChance
import Storage
import Support
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("The process killed")
struct KillTests {
    @Test(
        "killed at any moment, it loses nothing it promised and says nothing twice", .timeLimit(.minutes(10)),
        arguments: [Driver.sqlite, .postgres, .redis])
    func killed(_ driver: Driver) async throws {
        let (ground, folder) = (try driver.engine.map { try TestDatabase($0) }, try TemporaryFolder())
        let (address, log) = (try ground?.address ?? RedisTestServer.shared().freshAddress(), folder.path("said.log"))
        for round in 0..<25 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [address = address as String, log = log as String, round = round as Int] in
                do { try await KilledProcess(address: address, log: log, round: round).run() } catch {
                    // What it dies of by itself is told by nobody else.
                    try "\(error)".write(toFile: "\(log).error", atomically: true, encoding: .utf8)
                    throw error
                }
            }
            let error = try? String(contentsOfFile: "\(log).error", encoding: .utf8)
            #expect(error == nil, "round \(round): it ended by itself")
            try await verify(address: address, log: log, round: round)
        }
        try await finish(address: address, log: log)
        _ = ground
    }

    /// What the dead process had been told was done, is done.
    private func verify(address: String, log: String, round: Int) async throws {
        let (queue, database) = try KilledProcess.open(address)
        defer { try? database?.close() }
        #expect(try await broken(address, database) == [], "round \(round)")
        for (word, id) in said(log).suffix(300) {
            let job = try #require(await queue.job(id))
            let deliveries = try await queue.deliveries(of: id)
            switch word {
            case "enqueued": #expect(job.kind == "generate")
            case "recorded": #expect(try await queue.output(of: id)?.files.count == 1)
            case "completed": #expect(job.state == .completed && deliveries.count == 1)
            case "delivered": #expect(deliveries.map(\.state) == [.delivered])
            default: Issue.record("the log is not whole: \(word)")
            }
        }
    }

    /// The next process that is left alone brings everything to its end.
    private func finish(address: String, log: String) async throws {
        let (queue, database) = try KilledProcess.open(address)
        let later = KilledProcess.start + .seconds(1_000_000)
        _ = try await queue.rescue(at: later, limit: 10_000, answer: stateAnswer)
        while let claimed = try await queue.claim(JobClaim(queues: ["painter"], worker: "last"), at: later).first {
            _ = try await queue.settle(claimed.lease, as: .completed, at: later, answer: stateAnswer)
        }
        let enqueued = Set(said(log).filter { $0.0 == "enqueued" }.map(\.1))
        #expect(enqueued.count > 100, "the processes got too little done to prove anything: \(enqueued.count)")
        for id in enqueued {
            #expect(try await queue.job(id)?.state.isFinal == true)
            #expect(try await queue.deliveries(of: id).count == 1)
        }
        #expect(try await broken(address, database) == [])
    }

    private func broken(_ address: String, _ database: Database?) async throws -> [String] {
        if let database { return try await invariantsBroken(in: database) }
        return try invariantsBroken(on: .shared(), address)
    }

    private func said(_ log: String) -> [(String, RequestID)] {
        let lines = (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n") ?? []
        return lines.compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 2 ? RequestID(words[1]).map { (String(words[0]), $0) } : nil
        }
    }
}

/// Works on the queue from several tasks until a thread of its own kills it with SIGKILL, wherever it then is.
private struct KilledProcess {
    static let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    let queue: any JobQueue
    let log: Int32
    let round: Int
    let steps = Counter()

    static func open(_ address: String, limits: JobLimits = JobLimits()) throws -> (queue: any JobQueue, database: Database?) {
        if address.hasPrefix("redis") { return (RedisJobQueue(try RedisAddress(parsing: address), name: "killed", limits: limits), nil) }
        let database = try Database(DatabaseLocation(parsing: address), schemas: [SQLJobQueue.schema], at: start)
        return (SQLJobQueue(database, limits: limits), database)
    }

    init(address: String, log: String, round: Int) throws {
        var random = SplitMix64(seed: UInt64(round))
        let (fatalStep, spins) = (Int.random(in: 20...150, using: &random), Int.random(in: 0...60_000, using: &random))
        queue = try Self.open(address, limits: JobLimits(waitingPerUser: 100_000, runningPerUser: 1_000)).queue
        self.log = Glibc.open(log, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        self.round = round
        Thread { [steps] in
            while steps.value < fatalStep { sched_yield() }
            for _ in 0..<spins { _ = steps.value }
            kill(getpid(), SIGKILL)
        }.start()
    }

    /// Notes what the queue has confirmed. One write call, so that the line is whole or not there.
    func say(_ word: String, _ id: RequestID) {
        let line = Array("\(word) \(id)\n".utf8)
        _ = write(log, line, line.count)
        steps.increment()
    }

    func run() async throws {
        // Each process lives after the leases of the one before.
        let now = Self.start + .seconds(round * 1_000)
        _ = try await patiently { try await queue.rescue(at: now, limit: 1_000, answer: stateAnswer) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 1... {
                    let id = UInt64(round * 1_000_000 + number)
                    _ = try await patiently {
                        try await queue.enqueue(painting(id, user: "person \(number % 5)", maxAttempts: 100), at: now)
                    }
                    say("enqueued", RequestID(id))
                }
            }
            for worker in 0..<2 {
                group.addTask {
                    while true {
                        for claimed in try await patiently({
                            try await queue.claim(JobClaim(queues: ["painter"], worker: "w\(worker)"), at: now)
                        }) {
                            let id = claimed.job.requestID
                            let file = OutputFile(name: "1.png", contentType: "image/png", bytes: Array(repeating: 7, count: 20_000))
                            let output = JobOutput(summary: .empty, files: [file])
                            _ = try await patiently { try await queue.record(output, under: claimed.lease, at: now) }
                            say("recorded", id)
                            _ = try await patiently {
                                try await queue.settle(claimed.lease, as: .completed, at: now, answer: stateAnswer)
                            }
                            say("completed", id)
                        }
                    }
                }
            }
            group.addTask {
                while true {
                    for claimed in try await patiently({
                        try await queue.claimDeliveries(worker: "d", lease: .seconds(60), limit: 2, at: now)
                    }) {
                        try await patiently { try await queue.markDelivered(claimed.lease, receipt: nil, at: now) }
                        say("delivered", claimed.delivery.requestID)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// As the processors do: a store that is away for a moment, on a machine that has no time for it, is asked again.
    private func patiently<Value>(_ step: () async throws -> Value) async throws -> Value {
        while true {
            do { return try await step() } catch let error as RedisError where error.code == .serverAway {}
        }
    }
}

private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func increment() { count.add(1, ordering: .relaxed) }
}
