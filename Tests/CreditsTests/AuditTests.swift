import Credits
import GRDB
import PostgresTestServer
import Storage
import Support
import Testing

@Suite("The audit")
struct AuditTests {
    /// A ledger in which everything has happened at least once.
    private func lived(_ engine: TestEngine) async throws -> LedgerBench {
        let bench = try await LedgerBench(engine)
        try await bench.give(100, to: .user(1), id: "a")
        try await bench.give(40, to: .guildPool(5), id: "b")
        _ = try await bench.ledger.transfer(
            id: TransferID("gift"), from: .user(1), to: .user(2), amount: CreditAmount(30), reason: CreditReason(.gift), at: bench.at(1))
        for id in UInt64(1)...4 { _ = try await bench.hold(id, 10, of: .user(1)) }
        _ = try await bench.ledger.post(HoldID(RequestID(1)), amount: CreditAmount(6), at: bench.at(2))
        _ = try await bench.ledger.post(HoldID(RequestID(2)), at: bench.at(2))
        _ = try await bench.ledger.void(HoldID(RequestID(3)), at: bench.at(2))
        _ = try await bench.ledger.refund(
            id: TransferID("sorry"), of: HoldID(RequestID(1)).transferID, amount: CreditAmount(2), at: bench.at(3))
        let issued = try await bench.vouchers(count: 2, credits: 7)
        _ = try await bench.book.redeem(issued[0].code, by: 3, at: bench.at(3))
        for (id, user) in [(UInt64(1), UInt64(3)), (2, 4)] { _ = try await bench.buy(.discord(id), by: user, 50) }
        _ = try await bench.hold(9, 55, of: .user(3))
        _ = try await bench.ledger.post(HoldID(RequestID(9)), at: bench.at(4))
        _ = try await bench.purchases.refund(.discord(1), at: bench.at(5))
        for fifths in [Int64(2), 3] { _ = try await bench.purchases.refund(.discord(2), RefundShare(fifths, of: 5)!, at: bench.at(6)) }
        return bench
    }

    @Test("finds nothing in a ledger that has lived, and says what is in it", arguments: TestEngine.allCases)
    func sound(_ engine: TestEngine) async throws {
        let bench = try await lived(engine)
        let audit = try await bench.ledger.audit()
        #expect(audit.isSound && audit.findings == [])
        #expect(audit.accounts == 5 && audit.openHolds == 1 && audit.total == .zero)
        #expect(audit.transfers == 13)
        #expect(audit.owned == CreditAmount(56 + 40 + 30 + 0 + 20))
    }

    /// What is done to the file behind the ledger's back, and the row that must be named.
    static let damages: [(String, row: String)] = [
        ("UPDATE credit_accounts SET posted = posted + 1 WHERE account = 'user:2'", "credit_accounts user:2"),
        ("UPDATE credit_accounts SET posted = -5 WHERE account = 'pool:5'", "credit_accounts pool:5"),
        ("UPDATE credit_accounts SET held = 0 WHERE account = 'user:1'", "credit_accounts user:1"),
        ("UPDATE credit_accounts SET debt = 0 WHERE account = 'user:3'", "credit_accounts user:3"),
        ("UPDATE credit_accounts SET sequence = 9 WHERE account = 'user:2'", "credit_accounts user:2"),
        ("DELETE FROM credit_accounts WHERE account = 'user:2'", "credit_entries user:2 1"),
        ("DELETE FROM credit_entries WHERE account = 'user:1' AND sequence = 2", "credit_transfers gift"),
        ("UPDATE credit_entries SET amount = 31, balance = 31 WHERE account = 'user:2'", "credit_entries user:2 1"),
        ("UPDATE credit_entries SET balance = balance + 1 WHERE account = 'user:1' AND sequence = 3", "credit_entries user:1 3"),
        ("UPDATE credit_transfers SET amount = 1000 WHERE id = 'a'", "credit_transfers a"),
        ("UPDATE credit_transfers SET credit = 'user:8' WHERE id = 'gift'", "credit_transfers gift"),
        ("UPDATE credit_transfers SET debit = 'user:2', credit = 'user:1' WHERE id = 'gift'", "credit_transfers gift"),
        ("DELETE FROM credit_transfers WHERE id = 'b'", "credit_entries pool:5 1"),
        ("UPDATE credit_transfers SET amount = 60 WHERE id = 'sorry'", "credit_transfers hold:1"),
        ("UPDATE credit_transfers SET refund_of = 'a' WHERE id = 'sorry'", "credit_transfers sorry"),
        ("UPDATE credit_holds SET state = 'voided', posted = NULL WHERE id = '2'", "credit_transfers hold:2"),
        ("UPDATE credit_holds SET posted = 3 WHERE id = '1'", "credit_holds 1"),
        ("UPDATE credit_holds SET state = 'posted', posted = 10 WHERE id = '3'", "credit_holds 3"),
        ("UPDATE credit_holds SET amount = 11 WHERE id = '4'", "credit_accounts user:1"),
        ("DELETE FROM credit_holds WHERE id = '2'", "credit_transfers hold:2"),
        ("UPDATE credit_holds SET account = 'user:77' WHERE id = '3'", "credit_holds 3"),
        ("UPDATE credit_vouchers SET redeemed_by = 'user:2' WHERE number = 1", "credit_vouchers 1"),
        ("DELETE FROM credit_vouchers WHERE number = 1", "credit_transfers voucher:1"),
        ("UPDATE credit_purchases SET credits = 51 WHERE id = 'discord:2'", "credit_purchases discord:2"),
        ("UPDATE credit_purchases SET taken_back = 50 WHERE id = 'discord:1'", "credit_purchases discord:1"),
        ("UPDATE credit_purchases SET returned = 40 WHERE id = 'discord:1'", "credit_purchases discord:1"),
        (
            "UPDATE credit_purchase_refunds SET credits = 49 WHERE purchase = 'discord:1'",
            "credit_purchase_refunds purchase-refund:discord:1"
        ),
        ("DELETE FROM credit_purchase_refunds WHERE id = 'purchase-refund:20:discord:2'", "credit_transfers purchase-refund:20:discord:2"),
        ("DELETE FROM credit_debts WHERE id = 'purchase-refund:discord:1'", "credit_purchase_refunds purchase-refund:discord:1"),
        ("UPDATE credit_debts SET paid = 1 WHERE id = 'purchase-refund:discord:1'", "credit_debts purchase-refund:discord:1"),
    ]

    @Test("names the row that somebody changed behind its back", arguments: damages, TestEngine.allCases)
    func damaged(_ damage: (String, row: String), _ engine: TestEngine) async throws {
        let bench = try await lived(engine)
        try await bench.damage(damage.0)
        let audit = try await bench.ledger.audit()
        #expect(!audit.isSound)
        #expect(audit.findings.contains { $0.description.hasPrefix(damage.row + ":") }, "\(audit.findings)")
    }

    @Test("credits out of nothing spoil the sum", arguments: TestEngine.allCases)
    func sum(_ engine: TestEngine) async throws {
        let bench = try await lived(engine)
        try await bench.damage("UPDATE credit_accounts SET posted = posted + 500 WHERE account = 'user:2'")
        let audit = try await bench.ledger.audit()
        #expect(audit.total == CreditAmount(500))
        #expect(audit.findings.contains { $0.table == "all" && $0.problem.contains("500") })
    }
}

extension LedgerBench {
    /// Does what no program of ours could: a statement past every rule of the schema.
    fileprivate func damage(_ statement: String) async throws {
        switch ground.engine {
        case .sqlite:
            var configuration = GRDB.Configuration()
            configuration.foreignKeysEnabled = false
            let raw = try DatabaseQueue(path: ground.name, configuration: configuration)
            try await raw.write { db in
                try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
                try db.execute(sql: statement)
                #expect(db.changesCount == 1, "the damage did none")
            }
            try raw.close()
        case .postgres:
            let rules = try ground.server?.sql(
                "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype IN ('c', 'f') AND conrelid::regclass::text LIKE 'credit_%'",
                database: ground.name)
            for rule in rules ?? [] {
                try ground.server?.sql("ALTER TABLE \(rule[0] ?? "") DROP CONSTRAINT \(rule[1] ?? "")", database: ground.name)
            }
            let changed = try ground.server?.sql("\(statement) RETURNING 1", database: ground.name)
            #expect(changed?.count == 1, "the damage did none")
        }
    }
}
