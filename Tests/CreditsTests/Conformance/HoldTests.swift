import Credits
import PostgresTestServer
import Storage
import Support
import Testing

@Suite("Holds")
struct HoldTests {
    let request = HoldID(RequestID(7))

    @Test("what is held can be spent by nobody else, and is still there", arguments: TestEngine.allCases)
    func held(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(10, to: .user(1), id: "a")
        guard case .held(let hold) = try await bench.hold(7, 8, of: .user(1)) else {
            Issue.record("not held")
            return
        }
        #expect(hold.state == .held && hold.amount == CreditAmount(8) && hold.user == 1 && hold.expiresAt == bench.at(60))
        #expect(try await bench.state(of: .user(1)) == [10, 8, 2])
        #expect(try await bench.hold(8, 3, of: .user(1)) == .insufficient(available: CreditAmount(2)))
        #expect(try await bench.hold(9, 1, of: .user(99)) == .insufficient(available: .zero))
        #expect(try await bench.ledger.openHolds(of: .user(1)) == [hold])
        #expect(try await bench.ledger.hold(HoldID(RequestID(8))) == nil)
    }

    @Test("a repeat finds the hold, whatever became of it", arguments: TestEngine.allCases)
    func repeated(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(10, to: .user(1), id: "a")
        guard case .held(let hold) = try await bench.hold(7, 8, of: .user(1)) else { return }
        #expect(try await bench.hold(7, 8, of: .user(1)) == .existing(hold))
        #expect(try await bench.state(of: .user(1)) == [10, 8, 2])
        _ = try await bench.ledger.void(request, at: bench.at(1))
        guard case .existing(let ended) = try await bench.hold(7, 8, of: .user(1)) else {
            Issue.record("held twice")
            return
        }
        #expect(ended.state == .voided)
        let error = await #expect(throws: CreditError.self) { try await bench.hold(7, 9, of: .user(1)) }
        #expect(error?.code == .keyReused)
    }

    @Test("posting pays what was used and frees the rest, once", arguments: TestEngine.allCases)
    func post(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(10, to: .guildPool(5), id: "a")
        _ = try await bench.hold(7, 8, of: .guildPool(5))
        guard case .settled(let hold) = try await bench.ledger.post(request, amount: CreditAmount(6), at: bench.at(1)) else {
            Issue.record("not posted")
            return
        }
        #expect(hold.state == .posted && hold.posted == CreditAmount(6) && hold.settledAt == bench.at(1))
        #expect(try await bench.state(of: .guildPool(5)) == [4, 0, 4])
        #expect(try await bench.state(of: .house(.revenue)) == [6, 0, 6])
        #expect(try await bench.ledger.post(request, amount: CreditAmount(6), at: bench.at(2)) == .alreadySettled(hold))
        #expect(try await bench.ledger.void(request, at: bench.at(2)) == .alreadySettled(hold))
        #expect(try await bench.state(of: .guildPool(5)) == [4, 0, 4])
        #expect(try await bench.ledger.post(HoldID(RequestID(99)), at: bench.at(2)) == .unknown)
        #expect(try await bench.ledger.void(HoldID(RequestID(99)), at: bench.at(2)) == .unknown)
    }

    @Test("more than is held is not posted; nothing posted is all given back", arguments: TestEngine.allCases)
    func amounts(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(10, to: .user(1), id: "a")
        _ = try await bench.hold(7, 8, of: .user(1))
        for amount in [Int64(9), -1, .max] {
            let error = await #expect(throws: CreditError.self) {
                try await bench.ledger.post(request, amount: CreditAmount(amount), at: bench.start)
            }
            #expect(error?.code == .badAmount)
        }
        guard case .settled(let hold) = try await bench.ledger.post(request, amount: .zero, at: bench.start) else {
            Issue.record("not settled")
            return
        }
        #expect(hold.state == .voided && hold.posted == nil)
        #expect(try await bench.state(of: .user(1)) == [10, 0, 10])
        #expect(try await bench.ledger.movements(of: .user(1)).count == 1)
    }

    @Test("a hold whose time is over is given back, and only such a one", arguments: TestEngine.allCases)
    func expiry(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(10, to: .user(1), id: "a")
        for (id, seconds) in [(UInt64(7), 30.0), (8, 20), (9, 90)] { _ = try await bench.hold(id, 2, of: .user(1), for: seconds) }
        #expect(try await bench.ledger.expireHolds(at: bench.at(10)) == 0)
        #expect(try await bench.ledger.expireHolds(at: bench.at(60), limit: 1) == 1)
        #expect(try await bench.ledger.hold(HoldID(RequestID(8)))?.state == .expired)
        #expect(try await bench.ledger.expireHolds(at: bench.at(60)) == 1)
        #expect(try await bench.state(of: .user(1)) == [10, 2, 8])
        guard case .alreadySettled(let late) = try await bench.ledger.post(request, at: bench.at(61)) else {
            Issue.record("an expired hold was posted")
            return
        }
        #expect(late.state == .expired)
        let open = try await bench.ledger.openHolds(createdBefore: bench.at(1), limit: 10)
        #expect(open.map(\.id.text) == ["9"])
        #expect(try await bench.ledger.openHolds(createdBefore: bench.at(1), after: open[0]).isEmpty)
    }

    @Test("a hold falls with the caller's transaction", arguments: TestEngine.allCases)
    func joined(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(10, to: .user(1), id: "a")
        struct Fell: Error {}
        let new = NewHold(
            id: request, account: .user(1), amount: CreditAmount(8), reason: CreditReason(.work), expiresAt: bench.at(60))
        await #expect(throws: Fell.self) {
            try await bench.database.write { [ledger = bench.ledger, start = bench.start] tx in
                _ = try ledger.hold(new, at: start, in: tx)
                throw Fell()
            }
        }
        #expect(try await bench.state(of: .user(1)) == [10, 0, 10])
        #expect(try await bench.ledger.hold(request) == nil)
    }

    @Test("houses promise nothing", arguments: TestEngine.allCases)
    func house(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let error = await #expect(throws: CreditError.self) { try await bench.hold(7, 1, of: .house(.issued)) }
        #expect(error?.code == .badAccount)
    }
}
