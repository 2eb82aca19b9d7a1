import Credits
import PostgresTestServer
import Storage
import Support
import Testing

/// Statements that only a wrong program would say, told straight to the database: the schema refuses each.
@Suite("A wrong program")
struct WrongProgramTests {
    static let statements = [
        "UPDATE credit_accounts SET posted = posted + 1 WHERE account = 'user:1'",
        "UPDATE credit_accounts SET posted = -1 WHERE account = 'user:1'",
        "UPDATE credit_accounts SET posted = 0 WHERE account = 'user:1'",
        "UPDATE credit_accounts SET held = posted + 1 WHERE account = 'user:1'",
        "UPDATE credit_accounts SET held = -1 WHERE account = 'user:1'",
        "UPDATE credit_accounts SET sequence = sequence - 1 WHERE account = 'user:1'",
        "INSERT INTO credit_accounts (account, posted, held, debt, sequence) VALUES ('user:9', 5, 0, 0, 1)",
        "DELETE FROM credit_transfers WHERE id = 'a'",
        "DELETE FROM credit_entries WHERE account = 'user:1' AND sequence = 1",
        "UPDATE credit_entries SET amount = amount + 1, balance = balance + 1 WHERE account = 'user:1' AND sequence = 1",
        "UPDATE credit_entries SET amount = amount + 1 WHERE account = 'user:1' AND sequence = 2",
        """
        INSERT INTO credit_entries (account, sequence, transfer, amount, balance, previous, previous_balance)
        VALUES ('user:1', 3, 1, 5, 20, 2, 15)
        """,
        """
        INSERT INTO credit_entries (account, sequence, transfer, amount, balance, previous, previous_balance)
        VALUES ('user:1', 3, 2, 5, 105, 2, 100)
        """,
        """
        INSERT INTO credit_transfers (id, debit, credit, amount, code, note, created_at)
        VALUES ('x', 'house:issued', 'user:1', 0, 'grant', '', 0)
        """,
        """
        INSERT INTO credit_transfers (id, debit, credit, amount, code, note, created_at)
        VALUES ('x', 'user:1', 'user:1', 5, 'grant', '', 0)
        """,
        """
        INSERT INTO credit_transfers (id, debit, credit, amount, code, note, created_at)
        VALUES ('a', 'house:issued', 'user:1', 5, 'grant', '', 0)
        """,
        """
        INSERT INTO credit_transfers (id, debit, credit, amount, code, note, created_at)
        VALUES ('x', 'nobody', 'user:1', 5, 'grant', '', 0)
        """,
        "UPDATE credit_holds SET state = 'posted', posted = amount + 1, settled_at = 0 WHERE id = '7'",
        "UPDATE credit_holds SET state = 'posted', settled_at = 0 WHERE id = '7'",
        "UPDATE credit_holds SET state = 'voided' WHERE id = '7'",
        "UPDATE credit_holds SET amount = 0 WHERE id = '7'",
        "UPDATE credit_vouchers SET redeemed_at = 0, redeemed_by = 'user:1', redemption = 'voucher:1' WHERE number = 1",
        "UPDATE credit_vouchers SET redeemed_at = 0 WHERE number = 1",
        "UPDATE credit_vouchers SET credits = 0 WHERE number = 1",
    ]

    @Test("cannot make, lose or promise credits that are not there", arguments: statements, TestEngine.allCases)
    func refused(_ statement: String, _ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(5, to: .user(1), id: "a")
        try await bench.give(10, to: .user(1), id: "b")
        _ = try await bench.hold(7, 3, of: .user(1))
        _ = try await bench.vouchers(count: 1, credits: 5)
        let before = try await bench.ledger.transfers()
        let error = await #expect(throws: StorageError.self) { try await bench.database.write { _ = try $0.execute(statement) } }
        #expect(error?.code == .constraint, "\(String(describing: error))")
        #expect(try await bench.ledger.transfers() == before)
        #expect(try await bench.state(of: .user(1)) == [15, 3, 12])
        #expect(try await bench.ledger.audit().isSound)
    }
}
