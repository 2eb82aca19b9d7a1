import AsyncHTTPClient
import Credits
import Jobs
import Logging
import Storage
import Support
import Testing

@testable import App
@testable import Features

@Suite("A failed request made anew at the console", .timeLimit(.minutes(10)))
struct RetryTests {
    private let base: Foundations
    private let shelf: RetryShelf

    init() throws {
        var settings = Settings()
        settings.database = "sqlite::memory:"
        settings.hasCredits = true
        base = try Foundations(settings: settings, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        shelf = RetryShelf(base: base, door: DiscordDoor(base, nil, .shared))
    }

    @Test("Is a request of the same person at today's price, answered by a message, and one however often it is asked for")
    func anew() async throws {
        let old = try await failed(1)
        try await grant(10)
        let made = try await withThrowingTaskGroup(of: RequestID.self) { group in
            for _ in 0..<8 { group.addTask { try await shelf.retry(old) } }
            return try await group.reduce(into: Set<RequestID>()) { $0.insert($1) }
        }
        let id = try #require(made.first)
        #expect(made.count == 1 && id > old.requestID)
        let job = try #require(try await base.jobs.job(id))
        let order: GenerateOrder = try job.arguments.decode()
        #expect(job.user == "7" && job.state == .available && job.cost == 2)
        #expect(order.prompt == "a red circle" && order.price == 2 && order.reply.token == nil && order.reply.channelID == 5)
        #expect(try await CreditLedger(base.database).balance(of: .user(7)).held == CreditAmount(2))
        #expect(try await shelf.retry(of: old.requestID) == id)
        #expect(try await base.jobs.jobs(of: "7", limit: 10).count == 2)
    }

    @Test("Is refused in the words that its person would read, and may be asked for again when that has changed")
    func refused() async throws {
        let old = try await failed(1)
        let error = await #expect(throws: Refusal.self) { try await shelf.retry(old) }
        #expect(error?.userMessage.contains("missing") == true)
        #expect(try await shelf.retry(of: old.requestID) == nil)
        #expect(try await base.jobs.jobs(of: "7", limit: 10).count == 1)
        #expect(try await base.jobs.deliveries(of: old.requestID).isEmpty)
        try await grant(10)
        _ = try await shelf.retry(old)
        #expect(try await shelf.retry(of: old.requestID) != nil)
    }

    @Test("Is not made of what cannot be repeated: another kind, a model that is gone, words that nobody can read")
    func impossible() async throws {
        try await grant(10)
        for (id, kind, model, words) in [
            (1, "chat", "pocket", "its words are not kept"), (2, "generate", "gone", "not here any more"),
            (3, "generate", nil, "I no longer have"),
        ] as [(UInt64, String, String?, String)] {
            let old = try await failed(id, kind: kind, model: model)
            let error = await #expect(throws: Refusal.self) { try await shelf.retry(old) }
            #expect(error?.userMessage.contains(words) == true, "\(kind)")
        }
        #expect(try await base.jobs.jobs(of: "7", limit: 10).count == 3)
    }

    private func grant(_ credits: Int64) async throws {
        try await CreditLedger(base.database).grant(
            id: TransferID("grant"), to: .user(7), amount: CreditAmount(credits), reason: CreditReason(.grant, ""), at: base.clock.now())
    }

    /// - Parameter model: nil: what was asked for cannot be read.
    private func failed(_ id: UInt64, kind: String = "generate", model: String? = "pocket") async throws -> Job {
        let now = base.clock.now()
        let reply = ReplyAddress(
            applicationID: 3, token: Secret("token"), channelID: 5, guildID: 6, userID: 7, tokenExpiresAt: now, attachmentLimit: 1_000)
        let order = try model.map {
            try JobPayload(encoding: GenerateOrder(prompt: "a red circle", count: 2, seed: 1, model: $0, reply: reply))
        }
        let job = NewJob(
            requestID: RequestID(id), kind: kind, queue: "broken", arguments: order ?? .empty, user: "7", guild: "6", cost: 2)
        _ = try await base.jobs.enqueue(job, at: now)
        let claimed = try #require(try await base.jobs.claim(JobClaim(queues: ["broken"], worker: "w"), at: now).first)
        return try await base.jobs.settle(
            claimed.lease, as: .failed(JobFailure(code: "test", message: "broken"), retryAt: nil), at: now, answer: { _ in [] })
    }
}
