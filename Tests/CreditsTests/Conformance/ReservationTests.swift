import Credits
import PostgresTestServer
import Storage
import Support
import Testing

@Suite("Reserving the price of a request")
struct ReservationTests {
    let policy = CreditPolicy(
        prices: ["pocket": .zero], dailyUserCap: CreditAmount(10),
        allowances: [.init(name: "everyone", period: .daily, amount: CreditAmount(3))])

    @Test("the price is put aside with the allowance of the day, once", arguments: TestEngine.allCases)
    func reserved(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        guard case .held(let hold) = try await bench.reserve(7, units: 2, policy) else {
            Issue.record("not held")
            return
        }
        #expect(hold.account == .user(1) && hold.amount == CreditAmount(2) && hold.reason.note == "a picture")
        #expect(try await bench.state(of: .user(1)) == [3, 2, 1])
        #expect(try await bench.reserve(7, units: 2, policy) == .held(hold))
        #expect(try await bench.reserve(8, units: 2, policy) == .refused(.insufficient(price: CreditAmount(2), available: CreditAmount(1))))
        #expect(try await bench.reserve(9, units: 5, policy, model: "pocket") == .free)
        #expect(try await bench.ledger.giveAllowances(policy, user: 1, roles: [], at: bench.at(1)) == .zero)
        #expect(try await bench.ledger.giveAllowances(policy, user: 1, roles: [], at: bench.at(86_400)) == CreditAmount(3))
    }

    @Test("a quote counts the allowance that is due and changes nothing", arguments: TestEngine.allCases)
    func quoted(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let request = QuoteRequest(model: "painter", units: 3, user: 1, guild: 5)
        #expect(try await bench.ledger.quote(policy, for: request, at: bench.start) == .payable(CreditAmount(3), by: .user(1)))
        #expect(try await bench.state(of: .user(1)) == [0, 0, 0])
    }

    @Test("what was spent today counts against the cap, whoever paid; what was given back does not", arguments: TestEngine.allCases)
    func cap(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(100, to: .guildPool(5), id: "pool")
        for id in UInt64(1)...2 {
            guard case .held(let hold) = try await bench.reserve(id, units: 5, policy) else {
                Issue.record("not held")
                return
            }
            #expect(hold.account == .guildPool(5) && hold.user == 1)
        }
        guard case .refused(.userCap) = try await bench.reserve(3, units: 1, policy) else {
            Issue.record("over the cap")
            return
        }
        _ = try await bench.ledger.post(HoldID(RequestID(1)), amount: CreditAmount(4), at: bench.at(1))
        guard case .held = try await bench.reserve(4, units: 1, policy) else {
            Issue.record("what was not used counts")
            return
        }
        _ = try await bench.ledger.void(HoldID(RequestID(2)), at: bench.at(1))
        guard case .held = try await bench.reserve(5, units: 5, policy) else {
            Issue.record("what was given back counts")
            return
        }
    }

    @Test("100 requests at once put aside no more than there is", arguments: TestEngine.allCases)
    func race(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(30, to: .user(1), id: "a")
        let uncapped = CreditPolicy()
        let results = try await withThrowingTaskGroup(of: Reservation.self, returning: [Reservation].self) { group in
            for id in UInt64(1)...100 { group.addTask { try await bench.reserve(id, units: 1, uncapped) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { if case .held = $0 { true } else { false } } == 30)
        #expect(try await bench.state(of: .user(1)) == [30, 30, 0])
    }
}

extension LedgerBench {
    func reserve(_ id: UInt64, units: Int, _ policy: CreditPolicy, model: String = "painter") async throws -> Reservation {
        try await database.write { [ledger, start] tx in
            try ledger.reserve(
                HoldID(RequestID(id)), policy, for: QuoteRequest(model: model, units: units, user: 1, guild: 5), note: "a picture",
                expiresAt: start + .seconds(600), at: start, in: tx)
        }
    }
}
