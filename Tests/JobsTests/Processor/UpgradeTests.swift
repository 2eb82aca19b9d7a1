import Jobs
import PostgresTestServer
import Storage
import Support
import Synchronization
import Testing

/// The same worker in a program to come.
private struct NewerWorker: Worker {
    static let kind = "generate"
    static let version = 2
    let older: ScriptedWorker

    func work(_ job: Job, _ context: any JobContext) async throws -> WorkResult { try await older.work(job, context) }
}

@Suite("Two versions side by side", .timeLimit(.minutes(10)))
struct UpgradeTests {
    private func ask(_ stage: Stage, _ id: UInt64, kind: String) async throws {
        var job = painting(id, user: nil, maxAttempts: 1)
        job.kind = kind
        try await stage.bench.enqueue(job)
    }

    @Test("what an older process cannot read it leaves untouched, and goes on with the rest", arguments: Driver.allCases)
    func older(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        try await ask(stage, 1, kind: JobKind("generate", version: 2).description)
        try await ask(stage, 2, kind: "of tomorrow")
        try await ask(stage, 3, kind: "generate")
        let worker = ScriptedWorker { job, _ in .completed(picture(job)) }
        try await stage.run([stage.processor(worker, concurrency: 3)]) { _ in
            try await stage.pass { try await stage.state(3) == .completed }
        }
        for id in [UInt64(1), 2] {
            let job = try #require(await stage.queue.job(RequestID(id)))
            #expect(job.state == .available && job.fence == 0 && job.attempt == 0)
        }
        #expect(worker.runs == 1)
    }

    @Test("a newer process does old and new requests, each once, beside an older one", arguments: Driver.allCases)
    func both(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let kinds = [JobKind("generate"), JobKind("generate", version: 2)]
        for id in 1...12 { try await ask(stage, UInt64(id), kind: kinds[id % 2].description) }
        let seen = Mutex<[String]>([])
        let older = ScriptedWorker { job, _ in
            seen.withLock { $0.append(job.kind) }
            return .completed(picture(job))
        }
        let newer = ScriptedWorker { job, _ in .completed(picture(job)) }
        try await stage.run([
            stage.processor(older, name: "older"), stage.processor(NewerWorker(older: newer), name: "newer"),
        ]) { _ in
            try await stage.pass { try await stage.queue.depths().allSatisfy { $0.waiting == 0 && $0.running == 0 } }
        }
        #expect(older.runs + newer.runs == 12 && newer.runs >= 6)
        #expect(seen.withLock { $0.allSatisfy { $0 == "generate" } })
        for id in 1...12 { #expect(try await stage.answers(UInt64(id)) == ["picture"]) }
        #expect(try await stage.bench.broken() == [])
    }

    @Test(
        "a process that was running goes on when a newer one adds to the tables, and what that wrote stays", arguments: TestEngine.allCases)
    func tables(_ engine: TestEngine) async throws {
        let ground = try TestDatabase(engine)
        let now = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
        let older = SQLJobQueue(try ground.open([SQLJobQueue.schema]))
        func claimed() async throws -> ClaimedJob? {
            try await older.claim(JobClaim(queues: ["painter"], worker: "older"), at: now).first
        }
        _ = try await older.enqueue(painting(1), at: now)
        _ = try #require(await claimed())
        let addition = Schema.Migration(
            SQLJobQueue.schema.migrations.count + 1, "of tomorrow", ["ALTER TABLE jobs ADD COLUMN mood {text} NOT NULL DEFAULT 'calm'"])
        let newer = try ground.open([Schema(module: "jobs", migrations: SQLJobQueue.schema.migrations + [addition])])
        _ = try await older.enqueue(painting(2), at: now)
        try await newer.write { try $0.execute("UPDATE jobs SET mood = 'merry' WHERE request_id = 2") }
        let lease = try #require(await claimed()).lease
        _ = try await older.settle(lease, as: .completed, at: now, answer: stateAnswer)
        #expect(try await newer.read { try $0.value(String.self, sql: "SELECT mood FROM jobs WHERE request_id = 2") } == "merry")
        #expect(try await older.deliveries(of: RequestID(2)).count == 1)
        // One that starts only now does not know what it would overlook.
        #expect(throws: StorageError.self) { try ground.open([SQLJobQueue.schema]) }
    }

    @Test("a field that a newer process gave a job in Redis stays")
    func fields() async throws {
        let address = try RedisTestServer.shared().freshAddress()
        let prefix = try #require(address.split(separator: "=").last)
        let queue = RedisJobQueue(try RedisAddress(parsing: address), name: "older")
        let now = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
        _ = try await queue.enqueue(painting(1), at: now)
        let key = "{\(prefix)}:j:1"
        try RedisTestServer.shared().cli("HSET", key, "mood", "merry")
        let lease = try #require(await queue.claim(JobClaim(queues: ["painter"], worker: "w"), at: now).first).lease
        _ = try await queue.settle(lease, as: .completed, at: now, answer: stateAnswer)
        #expect(try RedisTestServer.shared().cli("HGET", key, "mood").contains("merry"))
    }

    @Test("a kind is read as it is written", arguments: ["generate", "generate@2", "generate@17"])
    func kinds(_ text: String) { #expect(JobKind(parsing: text).description == text) }

    @Test("a kind that names no version beyond the first is taken as it stands", arguments: ["generate@1", "generate@x", "@", "a@b@2"])
    func odd(_ text: String) { #expect(JobKind(parsing: text) == JobKind(text)) }
}
