import Credits
import PostgresTestServer
import Support
import Testing

@Suite("Payments by card")
struct CardPaymentTests {
    private func paid(_ id: String, _ payment: String = "pi_1", user: UInt64 = 1, _ credits: Int64 = 100) -> CardPaymentEvent {
        CardPaymentEvent(id: id, payment: payment, .paid(user: user, sku: "plink_1", credits: CreditAmount(credits)))
    }

    @Test("a payment is credited once, though its events come again and again", arguments: TestEngine.allCases)
    func once(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        guard case .credited(let purchase) = try await bench.purchases.take(paid("evt_1"), at: bench.start) else {
            Issue.record("not credited")
            return
        }
        #expect(purchase.credits == CreditAmount(100) && purchase.id.text == "card:pi_1" && purchase.id.entitlement == nil)
        #expect(try await bench.purchases.take(paid("evt_1"), at: bench.at(1)) == .repeated)
        // Nothing that Discord would have to hear of.
        #expect(try await bench.purchases.unconsumed().isEmpty)
        // Another event about the same payment.
        #expect(try await bench.purchases.take(paid("evt_2"), at: bench.at(1)) == .repeated)
        #expect(try await bench.state(of: .user(1)) == [100, 0, 100])
        #expect(try await bench.purchases.take(.init(id: "evt_3", payment: "pi_1", .refunded), at: bench.at(2)) != .noted)
        #expect(try await bench.purchases.take(.init(id: "evt_3", payment: "pi_1", .refunded), at: bench.at(3)) == .repeated)
        #expect(try await bench.state(of: .user(1)) == [0, 0, 0])
        #expect(try await bench.ledger.audit().findings == [])
    }

    @Test("a refund that comes before its payment leaves nothing of it", arguments: TestEngine.allCases)
    func order(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        #expect(try await bench.purchases.take(.init(id: "evt_1", payment: "pi_1", .refunded), at: bench.start) == .noted)
        guard case .refunded = try await bench.purchases.take(paid("evt_2"), at: bench.at(1)) else {
            Issue.record("not refunded")
            return
        }
        #expect(try await bench.state(of: .user(1)) == [0, 0, 0])
        #expect(try await bench.ledger.audit().findings == [])
    }

    @Test("fifty tellings at once credit one payment once", arguments: TestEngine.allCases)
    func race(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let credited = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<50 {
                group.addTask {
                    if case .credited = try await bench.purchases.take(paid("evt_\(number % 5)"), at: bench.start) { 1 } else { 0 }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(credited == 1)
        #expect(try await bench.state(of: .user(1)) == [100, 0, 100])
    }

    @Test("a payment is not credited to a second person, nor under an id that is none", arguments: TestEngine.allCases)
    func refused(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        _ = try await bench.purchases.take(paid("evt_1"), at: bench.start)
        let error = await #expect(throws: CreditError.self) { try await bench.purchases.take(paid("evt_2", user: 2), at: bench.start) }
        #expect(error?.code == .keyReused)
        // What failed was not noted as taken.
        await #expect(throws: CreditError.self) { try await bench.purchases.take(paid("evt_2", user: 2), at: bench.start) }
        for id in ["", "e v", "évt", String(repeating: "e", count: 101)] {
            await #expect(throws: CreditError.self) { try await bench.purchases.take(paid(id), at: bench.start) }
        }
        #expect(try await bench.state(of: .user(2)) == [0, 0, 0])
    }
}
