import DiscordModels
import Jobs
import Memory
import Storage
import Support
import Synchronization
import Testing

@testable import Features

/// Learns in three steps, and remembers where.
private final class ScriptedCast: CloneCast {
    let guilds = Mutex<[GuildKey]>([])

    func prepare(in guild: GuildKey, progress: @escaping @Sendable (Double) -> Void) async throws {
        guilds.withLock { $0.append(guild) }
        for step in 1...3 { progress(Double(step) / 3) }
    }
}

/// Remembers what it was told.
private final class NotingContext: JobContext {
    let fractions = Mutex<[Double]>([])

    var now: Timestamp { Timestamp(millisecondsSinceEpoch: 0) }
    var isCancelled: Bool { false }
    func report(progress: Double, preview: OutputFile?) async { fractions.withLock { $0.append(progress) } }
    func startingFile(named name: String) async throws -> OutputFile? { nil }
    func recordedOutput() async throws -> JobOutput? { nil }
    func record(_ output: JobOutput) async throws -> JobOutput { output }
}

@Suite("The invented cast")
struct CastTests {
    private let now = Timestamp(millisecondsSinceEpoch: 1_000)

    private func order(_ wishes: StageWishes = .init()) -> CastOrder {
        CastOrder(
            wishes: wishes,
            reply: ReplyAddress(
                applicationID: 1, token: nil, channelID: 2, guildID: 3, userID: 4, tokenExpiresAt: now, attachmentLimit: 1))
    }

    private func job(_ order: CastOrder) async throws -> Job {
        let jobs = MemoryJobQueue()
        guard case .enqueued(let job) = try await jobs.enqueue(order.job(RequestID(9), at: now), at: now) else { throw CancellationError() }
        return job
    }

    @Test func `learns in the guild that asked, tells how far it is, and then begins as was wished`() async throws {
        let cast = ScriptedCast()
        let context = NotingContext()
        let order = order(StageWishes(topic: "bread", lines: 7, listens: false))
        let result = try await CastWorker(cast: cast).work(try await job(order), context)
        #expect(cast.guilds.withLock { $0 } == [GuildKey(3)])
        #expect(context.fractions.withLock { $0 }.last == 1)
        guard case .completed(let deliveries) = result, let delivery = deliveries.first, deliveries.count == 1 else {
            Issue.record("nothing is answered")
            return
        }
        let body: CastAnswer.Body = try delivery.payload.decode(AnswerEnvelope.self).decodeBody()
        #expect(body.answer == .ready && body.wishes == order.wishes)
    }

    @Test func `says so where it could not learn`() async throws {
        let deliveries = CastAnswer.final(of: try await job(order()))
        let body: CastAnswer.Body = try #require(deliveries.first).payload.decode(AnswerEnvelope.self).decodeBody()
        #expect(body.answer == .failed(reason: ClonesText.castUnready))
    }

    @Test func `a conversation keeps to its bounds, whatever is wished`() {
        var rules = CloneStage.Rules()
        rules.mostTurns = 40
        func stage(_ wishes: StageWishes) -> CloneStage { wishes.stage(of: [], rules, startedBy: 1, at: now) }
        #expect(stage(.init()).rules.mostTurns == 40 && stage(.init()).rules.listens && stage(.init()).endsAt == now + .seconds(1_800))
        #expect(stage(.init(lines: 9_999)).rules.mostTurns == ClonesCommand.mostTurns && stage(.init(lines: -1)).rules.mostTurns == 1)
        #expect(stage(.init(minutes: 9_999)).endsAt == now + .seconds(60 * ClonesCommand.mostMinutes))
        #expect(!stage(.init(listens: false)).rules.listens)
    }
}
