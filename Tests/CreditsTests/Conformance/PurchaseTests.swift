import Credits
import PostgresTestServer
import Support
import Testing

@Suite("Purchases")
struct PurchaseTests {
    let purchase = PurchaseID.discord(1_234)

    @Test("a purchase is credited once, however often it is told", arguments: TestEngine.allCases)
    func once(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        guard case .credited(let first) = try await bench.buy(purchase, by: 1, 100) else {
            Issue.record("not credited")
            return
        }
        #expect(first.credits == CreditAmount(100) && first.sku == "900" && first.id.entitlement == 1_234)
        #expect(try await bench.buy(purchase, by: 1, 100) == .existing(first))
        // The price list may change between two tellings; who bought it may not.
        #expect(try await bench.buy(purchase, by: 1, 120) == .existing(first))
        let error = await #expect(throws: CreditError.self) { try await bench.buy(purchase, by: 2, 100) }
        #expect(error?.code == .keyReused)
        #expect(try await bench.state(of: .user(1)) == [100, 0, 100])
        #expect(try await bench.state(of: .house(.sales)) == [-100, 0, -100])
        #expect(try await bench.purchases.unconsumed().map(\.id) == [purchase])
        try await bench.purchases.markConsumed(purchase, at: bench.at(1))
        #expect(try await bench.purchases.unconsumed().isEmpty)
        #expect(try await bench.purchases.purchase(purchase)?.consumedAt == bench.at(1))
    }

    @Test("a refund takes back what is there; later income pays the rest", arguments: TestEngine.allCases)
    func debt(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        _ = try await bench.buy(purchase, by: 1, 100)
        _ = try await bench.hold(7, 60, of: .user(1))
        _ = try await bench.ledger.post(HoldID(RequestID(7)), at: bench.at(1))
        _ = try await bench.hold(8, 15, of: .user(1))
        let refunded = try await bench.purchases.refund(purchase, at: bench.at(2))
        #expect(refunded?.takenBack == CreditAmount(25) && refunded?.refundedAt == bench.at(2))
        #expect(try await bench.purchases.refund(purchase, at: bench.at(3)) == refunded)
        #expect(try await bench.state(of: .user(1)) == [15, 15, 0])
        #expect(try await bench.ledger.balance(of: .user(1)).debt == CreditAmount(75))
        // A hold that comes back pays first, then a grant; what is left is the person's.
        _ = try await bench.ledger.void(HoldID(RequestID(8)), at: bench.at(4))
        #expect(try await bench.state(of: .user(1)) == [0, 0, 0])
        try await bench.give(20, to: .user(1), id: "a")
        #expect(try await bench.ledger.balance(of: .user(1)).debt == CreditAmount(40))
        try await bench.give(50, to: .user(1), id: "b")
        #expect(try await bench.ledger.balance(of: .user(1)) == CreditBalance(posted: CreditAmount(10), held: .zero, debt: .zero))
        #expect(try await bench.state(of: .house(.sales)) == [0, 0, 0])
        #expect(try await bench.ledger.audit().findings == [])
    }

    @Test("a refund of what was never credited, or of what is all there", arguments: TestEngine.allCases)
    func simple(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        #expect(try await bench.purchases.refund(purchase, at: bench.start) == nil)
        _ = try await bench.buy(purchase, by: 1, 100)
        #expect(try await bench.purchases.refund(purchase, at: bench.at(1))?.takenBack == CreditAmount(100))
        #expect(try await bench.ledger.balance(of: .user(1)) == .zero)
        // Told again after its refund, it is not credited again.
        guard case .existing = try await bench.buy(purchase, by: 1, 100) else {
            Issue.record("credited twice")
            return
        }
        #expect(try await bench.ledger.audit().findings == [])
    }

    @Test("two debts are paid one after the other, the older first", arguments: TestEngine.allCases)
    func twoDebts(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        for number in 1...2 { _ = try await bench.buy(.discord(UInt64(number)), by: 1, 10) }
        _ = try await bench.hold(7, 20, of: .user(1))
        _ = try await bench.ledger.post(HoldID(RequestID(7)), at: bench.at(1))
        for number in 1...2 { _ = try await bench.purchases.refund(.discord(UInt64(number)), at: bench.at(Double(number))) }
        #expect(try await bench.ledger.balance(of: .user(1)).debt == CreditAmount(20))
        for (number, rest) in [(1, Int64(13)), (2, 6), (3, 0)] {
            try await bench.give(7, to: .user(1), id: "income \(number)".replacing(" ", with: "-"))
            #expect(try await bench.ledger.balance(of: .user(1)).debt == CreditAmount(rest))
            #expect(try await bench.ledger.audit().findings == [])
        }
        #expect(try await bench.state(of: .user(1)) == [1, 0, 1])
    }
}

extension LedgerBench {
    var purchases: PurchaseBook { PurchaseBook(database) }

    func buy(_ id: PurchaseID, by user: UInt64, _ credits: Int64) async throws -> PurchaseBook.CreditResult {
        try await purchases.credit(id, to: user, sku: "900", credits: CreditAmount(credits), at: start)
    }
}
