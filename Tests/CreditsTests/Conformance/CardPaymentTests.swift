import Credits
import PostgresTestServer
import Support
import Testing

@Suite("Payments by card")
struct CardPaymentTests {
    private func paid(_ id: String, _ payment: String = "pi_1", user: UInt64 = 1, _ credits: Int64 = 100) -> CardPaymentEvent {
        CardPaymentEvent(id: id, payment: payment, .paid(user: user, sku: "plink_1", credits: CreditAmount(credits)))
    }

    /// So much of 499 cents has gone back until now.
    private func back(_ id: String, _ cents: Int64, _ payment: String = "pi_1") throws -> CardPaymentEvent {
        CardPaymentEvent(id: id, payment: payment, .refunded(try #require(RefundShare(cents, of: 499))))
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
        #expect(try await bench.purchases.take(back("evt_3", 499), at: bench.at(2)) != .noted)
        #expect(try await bench.purchases.take(back("evt_3", 499), at: bench.at(3)) == .repeated)
        #expect(try await bench.state(of: .user(1)) == [0, 0, 0])
        #expect(try await bench.ledger.audit().findings == [])
    }

    @Test("a refund that comes before its payment leaves nothing of it", arguments: TestEngine.allCases)
    func order(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        #expect(try await bench.purchases.take(back("evt_1", 499), at: bench.start) == .noted)
        guard case .refunded = try await bench.purchases.take(paid("evt_2"), at: bench.at(1)) else {
            Issue.record("not refunded")
            return
        }
        #expect(try await bench.state(of: .user(1)) == [0, 0, 0])
        #expect(try await bench.ledger.audit().findings == [])
    }

    @Test("money that goes back bit by bit takes its part of the credits, however its events come", arguments: TestEngine.allCases)
    func parts(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        func take(_ event: CardPaymentEvent, at second: Double) async throws -> CreditPurchase? {
            if case .refunded(let purchase) = try await bench.purchases.take(event, at: bench.at(second)) { purchase } else { nil }
        }
        _ = try await bench.purchases.take(paid("evt_1"), at: bench.start)
        // 100 of 499 cents are 20.04 of 100 credits.
        #expect(try await take(back("evt_2", 100), at: 1)?.returned == CreditAmount(20))
        #expect(try await take(back("evt_2", 100), at: 2) == nil)
        #expect(try await take(back("evt_3", 100), at: 2) == nil)
        #expect(try await bench.state(of: .user(1)) == [80, 0, 80])
        // 250 in all, and then again what came before it.
        #expect(try await take(back("evt_4", 250), at: 3)?.returned == CreditAmount(50))
        #expect(try await take(back("evt_5", 200), at: 4) == nil)
        #expect(try await bench.state(of: .user(1)) == [50, 0, 50])
        // Not worth a credit.
        #expect(try await take(back("evt_6", 251), at: 5) == nil)
        #expect(try await take(back("evt_7", 499), at: 6)?.returned == CreditAmount(100))
        #expect(try await bench.state(of: .user(1)) == [0, 0, 0])
        #expect(try await bench.ledger.audit().findings == [])
    }

    @Test("what was spent of a part that went back is owed, and no balance falls below zero", arguments: TestEngine.allCases)
    func spent(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        _ = try await bench.purchases.take(paid("evt_1"), at: bench.start)
        _ = try await bench.hold(7, 90, of: .user(1))
        _ = try await bench.ledger.post(HoldID(RequestID(7)), at: bench.at(1))
        for (id, cents, second) in [("evt_2", Int64(200), 2.0), ("evt_3", 300, 3)] {
            _ = try await bench.purchases.take(back(id, cents), at: bench.at(second))
        }
        let purchase = try await bench.purchases.purchase(.card("pi_1"))
        #expect(purchase?.returned == CreditAmount(60) && purchase?.takenBack == CreditAmount(10) && purchase?.refundedAt == bench.at(3))
        #expect(try await bench.state(of: .user(1)) == [0, 0, 0])
        #expect(try await bench.ledger.balance(of: .user(1)).debt == CreditAmount(50))
        try await bench.give(55, to: .user(1), id: "later")
        #expect(try await bench.ledger.balance(of: .user(1)) == CreditBalance(posted: CreditAmount(5), held: .zero, debt: .zero))
        #expect(try await bench.ledger.audit().findings == [])
    }

    @Test("fifty shares at once, and the payment among them, leave what the largest leaves", arguments: TestEngine.allCases)
    func shares(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let event = number == 17 ? paid("evt_paid") : try back("evt_\(number)", Int64(number * 37 % 50 * 5 + 5))
                    _ = try await bench.purchases.take(event, at: bench.start)
                }
            }
            try await group.waitForAll()
        }
        // 250 of 499 cents.
        #expect(try await bench.state(of: .user(1)) == [50, 0, 50])
        #expect(try await bench.ledger.audit().findings == [])
    }

    @Test("a share is some of what was paid, and all of the largest amounts is all", arguments: TestEngine.allCases.prefix(1))
    func bounds(_ engine: TestEngine) async throws {
        for (returned, total) in [(Int64(0), Int64(5)), (-1, 5), (6, 5), (1, 0), (.max, .min)] {
            #expect(RefundShare(returned, of: total) == nil)
        }
        let bench = try await LedgerBench(engine)
        _ = try await bench.purchases.take(paid("evt_1", "pi_1", user: 1, 1_000_000_000_000), at: bench.start)
        let nearly = CardPaymentEvent(id: "evt_2", payment: "pi_1", .refunded(try #require(RefundShare(.max - 1, of: .max))))
        _ = try await bench.purchases.take(nearly, at: bench.start)
        #expect(try await bench.state(of: .user(1)) == [1, 0, 1])
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
