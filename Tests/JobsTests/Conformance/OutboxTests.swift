import Jobs
import Support
import Testing

@Suite("The outbox, with every driver")
struct OutboxTests {
    func delivery(_ id: UInt64, _ text: String, kind: DeliveryKind = .final, sequence: Int = 0, notBefore: Timestamp? = nil) -> NewDelivery
    {
        NewDelivery(
            requestID: RequestID(id), kind: kind, sequence: sequence, payload: JobPayload(bytes: Array(text.utf8)), notBefore: notBefore)
    }

    @Test("a request has one final answer, whoever writes it first", arguments: Driver.allCases)
    func oneFinal(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        #expect(try await bench.queue.deliver([delivery(1, "no credits")], at: bench.at(0)) == 1)
        #expect(try await bench.queue.deliver([delivery(1, "another")], at: bench.at(1)) == 0)
        try await bench.enqueue(painting(1))
        #expect(try await bench.drain() == [1])
        #expect(try await bench.queue.deliveries(of: RequestID(1)).map(\.payload.text) == ["no credits"])
    }

    @Test("a final answer has no number but 0, and belongs to its own job", arguments: Driver.allCases)
    func invalid(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        await #expect(throws: JobQueueError.self) {
            try await bench.queue.deliver([delivery(1, "x"), delivery(1, "second", sequence: 1)], at: bench.at(0))
        }
        #expect(try await bench.queue.deliveries(of: RequestID(1)).isEmpty)
        try await bench.enqueue(painting(2))
        let claimed = try #require(await bench.claim())
        let error = await #expect(throws: JobQueueError.self) {
            try await bench.queue.settle(claimed.lease, as: .completed, at: bench.at(1)) { _ in [delivery(3, "not mine")] }
        }
        #expect(error?.code == .invalidDelivery)
        #expect(try await bench.queue.job(RequestID(2))?.state == .running, "end and answer stand or fall together")
    }

    @Test("a delivery is claimed by one, and noted as delivered with its receipt", arguments: Driver.allCases)
    func deliver(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        _ = try await bench.queue.deliver([delivery(1, "picture")], at: bench.at(0))
        #expect(try await bench.queue.nextDeliveryAt() == bench.at(0))
        let claimed = try #require(await bench.queue.claimDeliveries(worker: "a", lease: .seconds(60), limit: 9, at: bench.at(1)).first)
        #expect(claimed.delivery.payload.text == "picture" && claimed.delivery.attempt == 1)
        #expect(try await bench.queue.claimDeliveries(worker: "b", lease: .seconds(60), limit: 9, at: bench.at(2)).isEmpty)
        #expect(try await bench.queue.nextDeliveryAt() == bench.at(61))
        try await bench.queue.markDelivered(claimed.lease, receipt: "message 5", at: bench.at(3))
        try await bench.queue.markDelivered(claimed.lease, receipt: "message 6", at: bench.at(4))
        let delivery = try #require(await bench.queue.deliveries(of: RequestID(1)).first)
        #expect(delivery.state == .delivered && delivery.receipt == "message 5" && delivery.finishedAt == bench.at(3))
        #expect(try await bench.queue.claimDeliveries(worker: "b", lease: .seconds(60), limit: 9, at: bench.at(99)).isEmpty)
        #expect(try await bench.queue.nextDeliveryAt() == nil)
    }

    @Test("the delivery of a dead process is taken over, and its late word refused", arguments: Driver.allCases)
    func takeOver(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        _ = try await bench.queue.deliver([delivery(1, "picture")], at: bench.at(0))
        let dead = try #require(await bench.queue.claimDeliveries(worker: "a", lease: .seconds(10), limit: 1, at: bench.at(0)).first)
        let renewed = try await bench.queue.renewDelivery(dead.lease, for: .seconds(10), at: bench.at(5))
        #expect(try await bench.queue.claimDeliveries(worker: "b", lease: .seconds(10), limit: 1, at: bench.at(14)).isEmpty)
        let next = try #require(await bench.queue.claimDeliveries(worker: "b", lease: .seconds(10), limit: 1, at: bench.at(15)).first)
        #expect(next.delivery.attempt == 2 && next.lease.fence == 2)
        for lease in [dead.lease, renewed] {
            await #expect(throws: JobQueueError.self) { try await bench.queue.markDelivered(lease, receipt: nil, at: bench.at(16)) }
        }
        try await bench.queue.markDelivered(next.lease, receipt: nil, at: bench.at(17))
    }

    @Test("a delivery that failed comes again at its time, or is abandoned with a reason", arguments: Driver.allCases)
    func retry(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        _ = try await bench.queue.deliver([delivery(1, "picture")], at: bench.at(0))
        let first = try #require(await bench.queue.claimDeliveries(worker: "a", lease: .seconds(10), limit: 1, at: bench.at(0)).first)
        try await bench.queue.retryDelivery(first.lease, at: bench.at(30), reason: "503", now: bench.at(1))
        #expect(try await bench.queue.nextDeliveryAt() == bench.at(30))
        #expect(try await bench.queue.claimDeliveries(worker: "a", lease: .seconds(10), limit: 1, at: bench.at(29)).isEmpty)
        let second = try #require(await bench.queue.claimDeliveries(worker: "a", lease: .seconds(10), limit: 1, at: bench.at(30)).first)
        #expect(second.delivery.reason == "503" && second.delivery.attempt == 2)
        try await bench.queue.abandonDelivery(second.lease, reason: "unknown channel", at: bench.at(31))
        let delivery = try #require(await bench.queue.deliveries(of: RequestID(1)).first)
        #expect(delivery.state == .abandoned && delivery.reason == "unknown channel")
    }

    @Test("the pieces of one answer go out in order, and other requests do not wait for them", arguments: Driver.allCases)
    func order(_ driver: Driver) async throws {
        let bench = try Bench(driver)
        let pieces = [
            delivery(1, "one", kind: .part, sequence: 1), delivery(1, "two", kind: .part, sequence: 2), delivery(1, "last"),
            delivery(2, "other"), delivery(3, "later", notBefore: bench.at(100)),
        ]
        #expect(try await bench.queue.deliver(pieces, at: bench.at(0)) == 5)
        var said: [String] = []
        for second in 0..<5 {
            for claimed in try await bench.queue.claimDeliveries(worker: "a", lease: .seconds(9), limit: 9, at: bench.at(Double(second))) {
                said.append(claimed.delivery.payload.text)
                try await bench.queue.markDelivered(claimed.lease, receipt: nil, at: bench.at(Double(second)))
            }
        }
        #expect(said == ["one", "other", "two", "last"])
        #expect(try await bench.queue.nextDeliveryAt() == bench.at(100))
    }
}
