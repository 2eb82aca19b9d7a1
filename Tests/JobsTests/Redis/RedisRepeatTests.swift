import PostgresTestServer
import Support
import Testing

@testable import Jobs

/// A slow server's answer may be lost though the step was done: the client asks again, under the same token.
@Suite("A step that Redis has done and is asked for again")
struct RedisRepeatTests {
    private let now = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
    private let queue: RedisJobQueue

    init() throws { queue = RedisJobQueue(try RedisAddress(parsing: RedisTestServer.shared().freshAddress()), name: "one") }

    private func ask(_ name: String, _ words: [RESPWord]) async throws -> [RESPValue] {
        var answers: [RESPValue] = []
        for _ in 0..<2 { answers.append(try await queue.client.call(name, token: "again", at: now, words)) }
        return answers
    }

    private func requests(_ value: RESPValue) throws -> [String?] {
        try value.array?.map { try RedisRow($0)?.text("request") } ?? []
    }

    @Test("hands out the same jobs again, and no others")
    func claim() async throws {
        for id in 1...3 { _ = try await queue.enqueue(painting(UInt64(id), user: nil), at: now) }
        let answers = try await ask("claim", [.text("w"), .text((now + .seconds(30)).redis), "2", "4", "-1", "painter"])
        #expect(try answers.map { try requests($0) } == [["1", "2"], ["1", "2"]])
        #expect(try await queue.depths().map(\.running) == [2])
        #expect(try await queue.job(RequestID(1))?.attempt == 1)
    }

    @Test("hands out the same deliveries again, and hears once that they are said")
    func deliveries() async throws {
        for id in 1...3 {
            _ = try await queue.deliver([NewDelivery(requestID: RequestID(UInt64(id)), payload: .empty)], at: now)
        }
        let answers = try await ask("claimDeliveries", [.text("w"), .text((now + .seconds(30)).redis), "2"])
        #expect(try answers.map { try requests($0) } == [["1", "2"], ["1", "2"]])
        let words: [RESPWord] = ["1", "1", "w", "state", "waiting", "worker", "", "leaseExpiresAt", "", "nextAttemptAt", .text(now.redis)]
        #expect(try await ask("tell", words).map(\.string) == ["told", "told"])
    }

    @Test("has ended a job once, and says again what came of it")
    func move() async throws {
        _ = try await queue.enqueue(painting(1), at: now)
        let (job, version) = try #require(await queue.versioned(RequestID(1)))
        var ended = job
        ended.end(as: .cancelled, at: now)
        let fields = try ended.redisFields()
        let words: [RESPWord] =
            ["1", .text(version), .text(String(fields.count / 2))] + fields.map { .text($0) } + ["", "", "", ""]
            + stateAnswer(ended)[0].redisWords(at: now)
        #expect(try await ask("move", words).map(\.integer) == [1, 1])
        #expect(try await queue.deliveries(of: RequestID(1)).count == 1)
        #expect(try await queue.depths().map(\.waiting) == [0])
    }

    @Test("has accepted a request, and says so again")
    func enqueue() async throws {
        let words = ["7", "9", "9", "1", "1", "0", "kind", "generate", "queue", "painter", "weight", "100", "cost", "1", "priority", "0"]
        let state = ["maxAttempts", "1", "createdAt", now.redis, "state", "available", "scheduledAt", now.redis, "arguments", "{}"]
        #expect(try await ask("enqueue", (words + state).map { .text($0) }).map { $0.array?.first?.string } == ["enqueued", "enqueued"])
        let again = try await queue.enqueue(painting(7), at: now)
        guard case .existing = again else { Issue.record("another call has accepted the same request: \(again)"); return }
    }
}
