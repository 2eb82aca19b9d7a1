import Credits
import PostgresTestServer
import Support
import Testing

@Suite("Transfers")
struct TransferTests {
    @Test("what one account loses, the other has", arguments: TestEngine.allCases)
    func moves(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(50, to: .user(1), id: "first")
        let gift = try await bench.ledger.transfer(
            id: TransferID("gift:1"), from: .user(1), to: .user(2), amount: CreditAmount(20), reason: CreditReason(.gift, "thanks!"),
            at: bench.at(5))
        #expect(gift.debit == .user(1) && gift.credit == .user(2) && gift.amount == CreditAmount(20) && gift.createdAt == bench.at(5))
        #expect(try await bench.state(of: .user(1)) == [30, 0, 30])
        #expect(try await bench.state(of: .user(2)) == [20, 0, 20])
        #expect(try await bench.state(of: .house(.issued)) == [-50, 0, -50])
        #expect(try await bench.state(of: .user(3)) == [0, 0, 0])
    }

    @Test("a repeat under the same id moves nothing and returns the first", arguments: TestEngine.allCases)
    func repeated(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let first = try await bench.ledger.grant(id: TransferID("a"), to: .user(1), amount: CreditAmount(5), at: bench.at(1))
        let second = try await bench.ledger.grant(id: TransferID("a"), to: .user(1), amount: CreditAmount(5), at: bench.at(9))
        #expect(first == second)
        #expect(try await bench.state(of: .user(1)) == [5, 0, 5])
    }

    @Test("an id used again for something else is refused in words", arguments: TestEngine.allCases)
    func reused(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(5, to: .user(1), id: "a")
        for (account, amount) in [(CreditAccount.user(1), Int64(6)), (.user(2), 5)] {
            let error = await #expect(throws: CreditError.self) { try await bench.give(amount, to: account, id: "a") }
            #expect(error?.code == .keyReused)
            #expect(error?.message.contains("transfer a was made before with other contents: 5 credits") == true)
        }
        #expect(try await bench.state(of: .user(1)) == [5, 0, 5])
    }

    @Test("nobody spends more than is there, and the refusal says how much that is", arguments: TestEngine.allCases)
    func insufficient(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(10, to: .user(1), id: "a")
        _ = try await bench.hold(7, 4, of: .user(1))
        let error = await #expect(throws: CreditError.self) {
            try await bench.ledger.transfer(
                id: TransferID("b"), from: .user(1), to: .user(2), amount: CreditAmount(7), reason: CreditReason(.gift), at: bench.start)
        }
        #expect(error?.code == .insufficient && error?.available == CreditAmount(6))
        #expect(error?.userMessage == "There are not enough credits: 6 credits available.")
        #expect(try await bench.state(of: .user(1)) == [10, 4, 6])
        #expect(try await bench.state(of: .user(2)) == [0, 0, 0])
    }

    @Test("impossible amounts, accounts and ids are refused before anything is written", arguments: TestEngine.allCases)
    func impossible(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        for amount in [0, -1, Int64.min, 1_000_000_000_001, Int64.max] {
            await #expect(throws: CreditError.self) { try await bench.give(amount, to: .user(1), id: "a") }
        }
        await #expect(throws: CreditError.self) {
            try await bench.ledger.transfer(
                id: TransferID("a"), from: .house(.issued), to: .house(.issued), amount: CreditAmount(1), reason: CreditReason(.grant),
                at: bench.start)
        }
        for id in ["", "a b", "ü", "a\0b", "hold:1", "debt:1", String(repeating: "x", count: 121)] {
            #expect(throws: CreditError.self) { try TransferID(id) }
        }
        #expect(try await bench.ledger.transfers().isEmpty)
    }

    @Test("refunds give back at most what was paid, together", arguments: TestEngine.allCases)
    func refunds(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(10, to: .user(1), id: "a")
        _ = try await bench.hold(7, 8, of: .user(1))
        _ = try await bench.ledger.post(HoldID(RequestID(7)), at: bench.at(1))
        let paid = HoldID(RequestID(7)).transferID
        let part = try await bench.ledger.refund(id: TransferID("r1"), of: paid, amount: CreditAmount(3), at: bench.at(2))
        #expect(part.refundOf == paid && part.debit == .house(.revenue) && part.credit == .user(1))
        #expect(try await bench.ledger.refund(id: TransferID("r1"), of: paid, amount: CreditAmount(3), at: bench.at(3)) == part)
        let tooMuch = await #expect(throws: CreditError.self) {
            try await bench.ledger.refund(id: TransferID("r2"), of: paid, amount: CreditAmount(6), at: bench.at(3))
        }
        #expect(tooMuch?.message == "of transfer hold:7 5 credits can still be given back, not 6")
        let rest = try await bench.ledger.refund(id: TransferID("r2"), of: paid, at: bench.at(3))
        #expect(rest.amount == CreditAmount(5))
        #expect(try await bench.ledger.refund(id: TransferID("r2"), of: paid, at: bench.at(4)) == rest)
        await #expect(throws: CreditError.self) { try await bench.ledger.refund(id: TransferID("r3"), of: paid, at: bench.at(4)) }
        #expect(try await bench.state(of: .user(1)) == [10, 0, 10])
        #expect(try await bench.state(of: .house(.revenue)) == [0, 0, 0])
        let unknown = await #expect(throws: CreditError.self) {
            try await bench.ledger.refund(id: TransferID("r4"), of: TransferID("nothing"), at: bench.at(4))
        }
        #expect(unknown?.code == .unknownTransfer)
    }

    @Test("a statement reads from the newest back, with the balance after each line", arguments: TestEngine.allCases)
    func statement(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        for number in 1...5 { try await bench.give(Int64(number), to: .user(1), id: "g\(number)") }
        _ = try await bench.hold(7, 10, of: .user(1))
        _ = try await bench.ledger.post(HoldID(RequestID(7)), amount: CreditAmount(4), at: bench.at(1))
        let lines = try await bench.ledger.movements(of: .user(1), limit: 3)
        #expect(lines.map(\.change.value) == [-4, 5, 4])
        #expect(lines.map(\.balance.value) == [11, 15, 10])
        #expect(lines.map(\.sequence) == [6, 5, 4])
        #expect(lines[0].counterpart == .house(.revenue) && lines[1].counterpart == .house(.issued))
        #expect(lines[0].transfer.reason == CreditReason(.work, "a picture"))
        let older = try await bench.ledger.movements(of: .user(1), limit: 10, before: lines[2].sequence)
        #expect(older.map(\.change.value) == [3, 2, 1])
        #expect(try await bench.ledger.movements(of: .user(2)).isEmpty)
        #expect(try await bench.ledger.transfers(limit: 2).map(\.id.text) == ["hold:7", "g5"])
        #expect(try await bench.ledger.accounts().map(\.account) == [.user(1)])
    }
}
