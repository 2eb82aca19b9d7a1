import DiscordModels
import Inference
import Jobs
import Pictures
import Support
import Testing

@testable import Features

/// The work half of `/generate` with a real queue and a real processor: what ends up in the outbox, and how it reads.
@Suite(.timeLimit(.minutes(10))) struct `A request being painted` {
    private let jobs = MemoryJobQueue()
    private let clock = ManualClock()
    private let components = GenerateComponents(signer: ButtonSigner(secret: Secret("k")))
    private var costs: PaintingCosts { PaintingCosts(price: { _, _ in nil }, rules: PaintingRules(nil, clock: clock), cards: []) }

    private func order(_ prompt: String = "a red circle", count: Int = 4, seed: UInt64 = 7, model: String = "plain") -> GenerateOrder {
        GenerateOrder(
            prompt: prompt, count: count, seed: seed, model: model,
            reply: ReplyAddress(
                applicationID: 1, token: Secret("t"), channelID: 2, guildID: 3, userID: 4, tokenExpiresAt: clock.now() + .seconds(900),
                attachmentLimit: 10_000_000))
    }

    private func enqueue(_ order: GenerateOrder, as id: UInt64 = 100, attempts: Int = 5) async throws {
        let job = NewJob(
            requestID: RequestID(id), kind: GenerateWorker.kind, queue: order.model, arguments: try JobPayload(encoding: order),
            user: "4", cost: order.count, maxAttempts: attempts)
        _ = try await jobs.enqueue(job, at: clock.now())
    }

    /// Runs a processor until the request's answer is in the outbox; meanwhile `during` may happen.
    private func answer(
        to id: UInt64 = 100, models: [any ImageModel], during: @Sendable () async throws -> Void = {}
    ) async throws -> RenderedAnswer {
        let catalog = ImageModelCatalog(models)
        let processor = JobProcessor(
            queue: jobs, workers: GenerateFeature.work(models: catalog, logger: quiet).workers,
            configuration: .init(queues: ["plain", "gone"], worker: "w"), clock: clock, jitter: { 0.5 }, logger: quiet,
            answer: GenerateAnswer.final)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await processor.run() }
            try await during()
            while await jobs.deliveries(of: RequestID(id)).isEmpty {
                if await jobs.job(RequestID(id))?.state == .retryable {
                    clock.advance(by: .seconds(300))
                    _ = try await jobs.promote(at: clock.now(), limit: 10)
                }
                await Task.yield()
            }
            group.cancelAll()
            let delivery = try #require(await jobs.deliveries(of: RequestID(id)).first)
            let envelope: AnswerEnvelope = try delivery.payload.decode()
            let renderer = GenerateRenderer(jobs: jobs, cards: catalog.cards, components: components, costs: costs)
            return try await renderer.render(envelope, for: RequestID(id))
        }
    }

    @Test func `four pictures become one grid with everything one wants to know`() async throws {
        try await enqueue(order())
        let answer = try await answer(models: [PlainPainter()])
        #expect(answer.content == "**a red circle**\nseed `7` · model `plain` · 4 pictures painted in 0 s")
        #expect(answer.files.count == 1)
        let grid = try Picture(decoding: answer.files[0].bytes)
        #expect(grid.width == grid.height && grid.width > 500)
        #expect(answer.files[0].filename == "troupe-100.png" && answer.files[0].description == "4 pictures of: a red circle")
        #expect(PNGText.read(from: answer.files[0].bytes).contains(PNGText("prompt", "a red circle")))
        try answer.edit.validate()
    }

    @Test func `a single picture is posted as it is, with its seed inside`() async throws {
        try await enqueue(order(count: 1, seed: 12))
        let answer = try await answer(models: [PlainPainter()])
        #expect(try Picture(decoding: answer.files[0].bytes) == Picture(decoding: PlainPainter.picture(seed: 12)))
        #expect(
            PNGText.read(from: answer.files[0].bytes) == [
                PNGText("prompt", "a red circle"), PNGText("seed", "12"), PNGText("model", "plain"), PNGText("software", "Troupe"),
            ])
    }

    @Test func `each of the pictures can be had alone`() async throws {
        try await enqueue(order())
        _ = try await answer(models: [PlainPainter()])
        let envelope = try AnswerEnvelope(
            feature: "generate", address: order().reply,
            body: JobPayload(encoding: GenerateAnswer.single(of: RequestID(100), index: 2)).bytes)
        let renderer = GenerateRenderer(jobs: jobs, cards: [], components: components, costs: costs)
        let single = try await renderer.render(envelope, for: RequestID(200))
        #expect(single.content == "Picture 3 of **a red circle**\nseed `9` · model `plain`")
        #expect(try Picture(decoding: single.files[0].bytes) == Picture(decoding: PlainPainter.picture(seed: 9)))
        #expect(single.files[0].filename == "troupe-100-3.png")
    }

    @Test func `a painted request is never painted twice`() async throws {
        try await enqueue(order())
        let claimed = try #require(
            try await jobs.claim(JobClaim(queues: ["plain"], worker: "dead", lease: .seconds(1)), at: clock.now()).first)
        let painter = PlainPainter()
        let context = BareContext(jobs: jobs, lease: claimed.lease, clock: clock)
        let worker = GenerateWorker(models: ImageModelCatalog([painter]), logger: quiet)
        let first = try await worker.work(claimed.job, context)
        let second = try await worker.work(claimed.job, context)
        #expect(first == second)
        #expect(painter.requests.count == 1)
    }

    @Test func `too little memory is met with fewer at a time`() async throws {
        try await enqueue(order(count: 9))
        let answer = try await answer(models: [PlainPainter(.init(roomFor: 2))])
        #expect(answer.content.contains("9 pictures painted"))
    }

    @Test func `too little memory for one is said kindly`() async throws {
        try await enqueue(order())
        let answer = try await answer(models: [PlainPainter(.init(roomFor: 0))])
        #expect(answer.content == "plain has too little memory for even one picture. Try another model.\n> a red circle")
        #expect(answer.files.isEmpty && !answer.components.isEmpty)
    }

    @Test func `what a model refuses is told once, and not tried again`() async throws {
        try await enqueue(order())
        let painter = PlainPainter(.init(error: ModelError(.refused, model: "plain", details: "filter")))
        let answer = try await answer(models: [painter])
        #expect(answer.content == "plain refused this prompt. Try other words.\n> a red circle")
        #expect(painter.requests.count == 1)
    }

    @Test func `a model that is away for a moment is tried again`() async throws {
        try await enqueue(order())
        let painter = PlainPainter(.init(error: ModelError(.unavailable, model: "plain", details: "connection refused"), failures: 2))
        let answer = try await answer(models: [painter])
        #expect(answer.files.count == 1)
        #expect(painter.requests.count == 3)
    }

    @Test func `a model that stays away is told after the last attempt`() async throws {
        try await enqueue(order(), attempts: 2)
        let painter = PlainPainter(.init(error: ModelError(.unavailable, model: "plain", details: "connection refused")))
        let answer = try await answer(models: [painter])
        #expect(answer.content == "plain cannot be reached at the moment. Try again in a few minutes.\n> a red circle")
        #expect(painter.requests.count == 2)
    }

    @Test func `rubbish instead of pictures is not passed on`() async throws {
        try await enqueue(order())
        let answer = try await answer(models: [PlainPainter(.init(rubbish: Array("<svg onload=…>".utf8)))])
        #expect(answer.content == "plain failed at this request. It is in the log; try again.\n> a red circle")
        #expect(answer.files.isEmpty)
    }

    @Test func `a model that is gone is named`() async throws {
        try await enqueue(order(model: "gone"))
        let answer = try await answer(models: [PlainPainter()])
        #expect(answer.content == "The model `gone` is not here any more. Pick another one.\n> a red circle")
    }

    @Test func `a running request stops when its owner says so`() async throws {
        try await enqueue(order())
        let painter = PlainPainter(.init(gate: Gate()))
        let (jobs, clock) = (jobs, clock)
        let answer = try await answer(models: [painter]) {
            while painter.requests.isEmpty { await Task.yield() }
            let result = try await jobs.cancel(RequestID(100), at: clock.now(), answer: GenerateAnswer.final)
            guard case .requested = result else { throw ModelError(.failed, model: "plain", details: "\(result)") }
        }
        #expect(answer.content == "Cancelled.\n> a red circle")
    }

    @Test func `a prompt is in no log, error or description`() async throws {
        let secret = "a very private prompt"
        let order = order(secret)
        let delivery = try GenerateAnswer.cancelled(prompt: secret).delivery(for: RequestID(1), to: order.reply)
        #expect(!"\(delivery)".contains(secret) && !String(reflecting: delivery.payload).contains(secret))
        #expect(!"\(try JobPayload(encoding: order))".contains(secret))
    }
}

/// A worker's context without a processor around it.
private struct BareContext: JobContext {
    let jobs: MemoryJobQueue
    let lease: JobLease
    let clock: ManualClock

    var now: Timestamp { clock.now() }
    var isCancelled: Bool { false }
    func startingFile(named name: String) async throws -> OutputFile? { nil }
    func report(progress: Double, preview: OutputFile?) async {}
    func recordedOutput() async throws -> JobOutput? { await jobs.output(of: lease.requestID) }
    func record(_ output: JobOutput) async throws -> JobOutput { try await jobs.record(output, under: lease, at: clock.now()) }
}
