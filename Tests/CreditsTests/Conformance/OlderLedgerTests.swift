import Credits
import PostgresTestServer
import Storage
import Support
import Testing

@Suite("A ledger of an earlier version")
struct OlderLedgerTests {
    /// A purchase that was credited and taken back whole, as it was written before purchases could be taken back in parts.
    private static let rows = [
        """
        INSERT INTO credit_transfers (id, debit, credit, amount, code, note, created_at)
        VALUES ('purchase:card:pi_1', 'house:sales', 'user:1', 100, 'purchase', 'plink_1', 1)
        """,
        """
        INSERT INTO credit_transfers (id, debit, credit, amount, code, note, refund_of, created_at)
        VALUES ('purchase-refund:card:pi_1', 'user:1', 'house:sales', 70, 'refund', 'plink_1', 'purchase:card:pi_1', 2)
        """,
        """
        INSERT INTO credit_transfers (id, debit, credit, amount, code, note, created_at)
        VALUES ('hold:9', 'user:1', 'house:revenue', 30, 'work', '', 1)
        """,
        """
        INSERT INTO credit_entries (account, sequence, transfer, amount, balance, previous, previous_balance)
        VALUES ('user:1', 1, 1, 100, 100, NULL, 0), ('user:1', 2, 3, -30, 70, 1, 100), ('user:1', 3, 2, -70, 0, 2, 70)
        """,
        "INSERT INTO credit_accounts (account, posted, held, debt, sequence) VALUES ('user:1', 0, 0, 30, 3)",
        """
        INSERT INTO credit_holds (id, account, amount, code, note, state, posted, created_at, expires_at, settled_at)
        VALUES ('9', 'user:1', 30, 'work', '', 'posted', 30, 1, 9, 1)
        """,
        """
        INSERT INTO credit_debts (id, account, creditor, amount, paid, payments, created_at)
        VALUES ('purchase-refund:card:pi_1', 'user:1', 'house:sales', 30, 0, 0, 2)
        """,
        """
        INSERT INTO credit_purchases (id, account, sku, credits, credited_at, refunded_at, taken_back, transfer)
        VALUES ('card:pi_1', 'user:1', 'plink_1', 100, 1, 2, 70, 'purchase:card:pi_1')
        """,
        """
        INSERT INTO credit_payment_events (id, payment, kind, received_at)
        VALUES ('evt_1', 'pi_1', 'paid', 1), ('evt_2', 'pi_1', 'refunded', 2), ('evt_3', 'pi_2', 'refunded', 2)
        """,
    ]

    @Test("with purchases that were taken back whole is as sound as before, and goes on", arguments: TestEngine.allCases)
    func purchases(_ engine: TestEngine) async throws {
        let ground = try TestDatabase(engine)
        let start = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)
        let older = Schema(module: CreditLedger.schema.module, migrations: Array(CreditLedger.schema.migrations.prefix(5)))
        let before = try ground.open([older], at: start)
        try await before.write { tx in for row in Self.rows { try tx.execute(row) } }
        let database = try ground.open([CreditLedger.schema], at: start)
        let (ledger, purchases) = (CreditLedger(database), PurchaseBook(database))
        #expect(try await ledger.audit().findings == [])
        let refunded = try await purchases.purchase(.card("pi_1"))
        #expect(refunded?.returned == CreditAmount(100) && refunded?.takenBack == CreditAmount(70))
        let half = CardPaymentEvent(id: "evt_4", payment: "pi_1", .refunded(try #require(RefundShare(1, of: 2))))
        #expect(try await purchases.take(half, at: start) == .repeated)
        // What had gone back before its payment came, had gone back whole.
        let late = CardPaymentEvent(id: "evt_5", payment: "pi_2", .paid(user: 2, sku: "plink_1", credits: CreditAmount(100)))
        guard case .refunded = try await purchases.take(late, at: start) else { return #expect(Bool(false), "credited") }
        #expect(try await ledger.balance(of: .user(2)) == .zero)
        #expect(try await ledger.audit().findings == [])
    }
}
