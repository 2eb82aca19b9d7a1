import Jobs
import Support
import Testing

@testable import Features

@Suite struct `How a request stands` {
    private let queue = MemoryJobQueue()
    private let asked = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)
    private let id = RequestID(5)

    private func enqueue(cost: Int = 4) async throws {
        _ = try await queue.enqueue(NewJob(requestID: id, kind: "generate", queue: "plain", user: "4", cost: cost), at: asked)
    }

    private func claim() async throws -> JobLease {
        try #require(
            try await queue.claim(JobClaim(queues: ["plain"], worker: "w", lease: .seconds(60), limit: 1), at: asked).first
        ).lease
    }

    private func standing(after span: Duration = .zero, perUnit: [Duration] = [.seconds(2)], expected: Duration? = nil) async throws
        -> Standing?
    {
        let job = try #require(await queue.job(id))
        let place = try #require(await queue.place(of: id))
        return Standing(of: job, place: place, perUnit: perUnit, runners: 1, expected: expected, now: asked + span)
    }

    @Test func `it waits at a position, for as long as its units take`() async throws {
        try await enqueue()
        let standing = try #require(try await standing())
        #expect(standing.phase == .waiting(position: 1) && standing.remaining == .seconds(8))
        #expect(try await self.standing(perUnit: [], expected: .seconds(1))?.remaining == .seconds(4))
        #expect(try await self.standing(perUnit: [])?.remaining == nil)
    }

    @Test func `once it runs, its own pace counts`() async throws {
        try await enqueue()
        let lease = try await claim()
        #expect(try await standing()?.phase == .running(fraction: 0))
        try await queue.report(progress: 0.25, under: lease, at: asked)
        let standing = try #require(try await standing(after: .seconds(10)))
        #expect(standing.phase == .running(fraction: 0.25) && standing.remaining == .seconds(30))
    }

    @Test func `between attempts it says when the next one is`() async throws {
        try await enqueue()
        _ = try await queue.settle(
            claim(), as: .failed(JobFailure(code: "x", message: "x"), retryAt: asked + .seconds(20)), at: asked, answer: { _ in [] })
        let standing = try #require(try await standing(after: .seconds(5)))
        #expect(standing.phase == .retrying && standing.remaining == .seconds(15))
    }

    @Test func `told to stop it says so, and once it has ended nothing`() async throws {
        try await enqueue()
        let lease = try await claim()
        _ = try await queue.cancel(id, at: asked, answer: { _ in [] })
        #expect(try await standing()?.phase == .cancelling)
        _ = try await queue.settle(lease, as: .cancelled, at: asked, answer: { _ in [] })
        #expect(try await standing() == nil)
    }
}
