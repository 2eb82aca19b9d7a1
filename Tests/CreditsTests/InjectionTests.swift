import Credits
import PostgresTestServer
import Storage
import Support
import Testing

@Suite("Hostile words")
struct InjectionTests {
    static let words = [
        "'; DROP TABLE credit_transfers; --", "\" OR 1=1 --", "Robert'); DELETE FROM credit_accounts;--", "?", "??", "$1", ":name", "@x",
        "{text}", "%s%n", "\\", "\0", "a\0b", "\u{202E}evil", "😀", String(repeating: "é", count: 5_000), "' || (SELECT 1) || '", "\r\n",
        "<@1> @everyone", "NULL",
    ]

    @Test("are kept as words, or refused as ids, and never run", arguments: words, TestEngine.allCases)
    func harmless(_ word: String, _ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        try await bench.give(10, to: .user(1), id: "first")
        // Notes are words.
        let reason = CreditReason(.gift, word)
        #expect(reason.note.count <= 200 && !reason.note.unicodeScalars.contains("\0"))
        let gift = try await bench.ledger.transfer(
            id: TransferID("gift"), from: .user(1), to: .user(2), amount: CreditAmount(1), reason: reason, at: bench.at(1))
        #expect(try await bench.ledger.movements(of: .user(2)).first?.transfer.reason == reason)
        #expect(gift.reason == reason)
        let new = NewVouchers(batch: "batch", credits: CreditAmount(1), note: word)
        let issued = try await bench.book.create(new, randomness: bench.randomness, at: bench.start)
        #expect(issued?.first?.voucher.note == reason.note)
        // Ids either are visible ASCII or do not come in.
        if let id = try? TransferID(word) { try await bench.give(1, to: .user(3), id: id.text) }
        if let id = try? HoldID(word) {
            let hold = NewHold(
                id: id, account: .user(1), amount: CreditAmount(1), reason: reason, expiresAt: bench.at(9), user: 1, guild: 5)
            guard case .held = try await bench.ledger.hold(hold, at: bench.start) else {
                Issue.record("not held")
                return
            }
            _ = try await bench.ledger.post(id, at: bench.at(1))
        }
        if let id = try? PurchaseID.card(word) {
            _ = try? await bench.purchases.credit(id, to: 4, sku: word, credits: CreditAmount(2), at: bench.start)
        }
        #expect(throws: (any Error).self) { try VoucherCode(parsing: word) }
        #expect(CreditAccount(key: word) == nil && CreditAccount(key: "user:\(word)") == nil)
        let audit = try await bench.ledger.audit()
        #expect(audit.isSound, "\(audit.findings)")
    }
}
