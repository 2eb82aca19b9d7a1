import Jobs
import Support
import Synchronization
import Testing

/// Discord, as far as these tests need it.
private final class Spoken: Deliverer {
    private let script: @Sendable (Delivery) async throws -> DeliveryOutcome
    private let said = Mutex<[String]>([])

    init(_ script: @escaping @Sendable (Delivery) async throws -> DeliveryOutcome) { self.script = script }

    var words: [String] { said.withLock { $0 } }

    func deliver(_ delivery: Delivery) async throws -> DeliveryOutcome {
        said.withLock { $0.append(delivery.payload.text) }
        return try await script(delivery)
    }
}

@Suite("The outbox's processor, with every driver", .timeLimit(.minutes(10)))
struct DeliveryProcessorTests {
    private func processor(
        _ stage: Stage, _ deliverer: any Deliverer, lease: Duration = Stage.longLease, giveUpAfter: Duration = .seconds(86_400)
    ) -> DeliveryProcessor {
        DeliveryProcessor(
            queue: stage.queue, deliverer: deliverer, configuration: .init(worker: "anna", lease: lease, giveUpAfter: giveUpAfter),
            clock: stage.clock,
            jitter: { 1 }, logger: stage.logger)
    }

    private func answer(_ id: UInt64, _ text: String = "picture", kind: DeliveryKind = .final, sequence: Int = 0) -> NewDelivery {
        NewDelivery(requestID: RequestID(id), kind: kind, sequence: sequence, payload: JobPayload(bytes: Array(text.utf8)))
    }

    @Test("an answer is said at once and once", arguments: Driver.allCases)
    func said(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let discord = Spoken { _ in .delivered(receipt: "message 9") }
        try await stage.run([processor(stage, discord)]) { _ in
            try await stage.wait { stage.clock.sleeperCount > 0 }
            _ = try await stage.queue.deliver([answer(1)], at: stage.clock.now())
            try await stage.wait { try await stage.queue.deliveries(of: RequestID(1)).first?.state == .delivered }
        }
        #expect(discord.words == ["picture"])
        #expect(try await stage.queue.deliveries(of: RequestID(1)).first?.receipt == "message 9")
    }

    @Test("while Discord is down for ten minutes the answer waits, then it is said", arguments: Driver.allCases)
    func down(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let discord = Spoken { _ in
            guard stage.clock.now() >= stage.bench.at(600) else { throw Asleep() }
            return .delivered(receipt: nil)
        }
        _ = try await stage.queue.deliver([answer(1)], at: stage.clock.now())
        try await stage.run([processor(stage, discord)]) { _ in
            try await stage.pass(.seconds(5)) { try await stage.queue.deliveries(of: RequestID(1)).first?.state == .delivered }
        }
        let delivery = try #require(await stage.queue.deliveries(of: RequestID(1)).first)
        #expect(delivery.attempt == discord.words.count && delivery.attempt < 40, "it does not hammer: \(delivery.attempt)")
    }

    @Test("what cannot be said is abandoned with a reason, at once or after long trying", arguments: Driver.allCases)
    func abandon(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let discord = Spoken { delivery in
            if delivery.requestID == RequestID(1) { return .abandoned(reason: "unknown channel") }
            throw Asleep()
        }
        _ = try await stage.queue.deliver([answer(1), answer(2)], at: stage.clock.now())
        try await stage.run([processor(stage, discord, giveUpAfter: .seconds(100))]) { _ in
            try await stage.pass(.seconds(5)) { try await stage.queue.nextDeliveryAt() == nil }
        }
        let reasons = try await [1, 2].asyncMap { try await stage.queue.deliveries(of: RequestID($0)).first?.reason ?? "" }
        #expect(reasons[0] == "unknown channel")
        #expect(reasons[1].contains("gave up after") && reasons[1].contains("connection refused"))
    }

    @Test("pieces of one answer come in order while others go ahead", arguments: Driver.allCases)
    func order(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let discord = Spoken { delivery in
            if delivery.payload.text == "one", delivery.attempt == 1 { return .retry(after: .seconds(3), reason: "429") }
            return .delivered(receipt: nil)
        }
        let pieces = [answer(1, "one", kind: .part, sequence: 1), answer(1, "two", kind: .part, sequence: 2), answer(1, "last")]
        _ = try await stage.queue.deliver(pieces + [answer(2, "other")], at: stage.clock.now())
        try await stage.run([processor(stage, discord)]) { _ in try await stage.pass { try await stage.queue.nextDeliveryAt() == nil } }
        #expect(discord.words.filter { $0 != "other" } == ["one", "one", "two", "last"])
        #expect(discord.words.prefix(2).contains("other"))
    }

    @Test("slow saying keeps its lease, so that nobody says it a second time", arguments: Driver.allCases)
    func slow(_ driver: Driver) async throws {
        let stage = try Stage(driver)
        let gate = Gate()
        let discord = Spoken { _ in
            await gate.pass()
            return .delivered(receipt: nil)
        }
        _ = try await stage.queue.deliver([answer(1)], at: stage.clock.now())
        try await stage.run(
            [processor(stage, discord, lease: .seconds(600)), processor(stage, discord, lease: .seconds(600))], opening: gate
        ) { _ in
            try await stage.wait { discord.words.count == 1 }
            for _ in 0..<5 {
                let before = try await stage.queue.deliveries(of: RequestID(1)).first?.leaseExpiresAt
                stage.clock.advance(by: .seconds(200))
                try await stage.pass(.seconds(1)) { try await stage.queue.deliveries(of: RequestID(1)).first?.leaseExpiresAt != before }
            }
            gate.open()
            try await stage.wait { try await stage.queue.deliveries(of: RequestID(1)).first?.state == .delivered }
        }
        #expect(discord.words == ["picture"])
    }
}

extension Sequence where Element: Sendable {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
