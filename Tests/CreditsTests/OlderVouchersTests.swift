import Credits
import Foundation
import GRDB
import PostgresTestServer
import Storage
import Support
import Testing

@Suite("The older voucher service's file")
struct OlderVouchersTests {
    private let open = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

    /// A file as that service leaves it, with what its races and its trust left in it.
    private func file(_ folder: TemporaryFolder) throws -> String {
        let path = folder.path("database.db")
        let raw = try DatabaseQueue(path: path)
        try raw.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE voucher (
                        id INTEGER PRIMARY KEY AUTOINCREMENT, created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
                        voucher_id TEXT NOT NULL, person_id TEXT, credits INTEGER NOT NULL, redeemed BOOLEAN NOT NULL DEFAULT FALSE
                    );
                    INSERT INTO voucher (created, voucher_id, person_id, credits, redeemed) VALUES
                        ('2023-01-05 17:20:30', '\(open)', NULL, 25, 0),
                        ('2023-01-05 17:20:31', '11111111-4f89-41d3-9a0c-0305e82c3301', '123456789012345678', 7, 1),
                        ('2023-01-06 08:00:00', '22222222-4f89-41d3-9a0c-0305e82c3301', '123456789012345678', 3, 1),
                        ('2023-01-06 08:00:00', '33333333-4f89-41d3-9a0c-0305e82c3301', '123456789012345678', -2, 1),
                        ('2023-01-06 08:00:00', '44444444-4f89-41d3-9a0c-0305e82c3301', '123456789012345678', 0, 1),
                        ('2023-01-06 08:00:00', '55555555-4f89-41d3-9a0c-0305e82c3301', '" OR "1"="1', 3, 1),
                        ('2023-01-06 08:00:00', 'not a uuid', NULL, 3, 0),
                        ('2023-01-06 08:00:00', '66666666-4f89-41d3-9a0c-0305e82c3301', NULL, 'many', 0);
                    """)
        }
        try raw.close()
        return path
    }

    @Test(
        "comes over once: credits to people, codes that still redeem, and a word on each row that could not", arguments: TestEngine.allCases
    )
    func brought(_ engine: TestEngine) async throws {
        let bench = try await LedgerBench(engine)
        let folder = try TemporaryFolder()
        let path = try file(folder)
        let before = try Data(contentsOf: URL(filePath: path))
        let older = try await OlderVouchers(file: path, at: bench.start)
        let report = try await older.bring(into: bench.database, at: bench.at(1))
        #expect(report.credited == CreditAmount(10) && report.people == 1 && report.open == 1 && report.existing == 0)
        #expect(
            report.skipped == [
                "row 4: it has -2 credits, less than nothing", "row 6: it is redeemed, but its person is no Discord user id",
                "row 7: a voucher code has TRPE and 28 letters and digits, this one has 8", "row 8: its credits are no whole number",
            ])
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        #expect(try await bench.state(of: .user(123_456_789_012_345_678)) == [10, 0, 10])

        let again = try await OlderVouchers(file: path, at: bench.start).bring(into: bench.database, at: bench.at(2))
        #expect(again.existing == 3 && again.credited == .zero && again.open == 0)

        guard case .redeemed(let voucher) = try await bench.book.redeem(VoucherCode(parsing: open.uppercased()), by: 9, at: bench.at(3))
        else {
            Issue.record("the old code does not redeem")
            return
        }
        #expect(voucher.credits == CreditAmount(25) && voucher.createdAt.millisecondsSinceEpoch == 1_672_939_230_000)
        #expect(try await bench.ledger.audit().isSound)
    }

    @Test("another file is refused in words")
    func refused() async throws {
        let bench = try await LedgerBench(.sqlite)
        let folder = try TemporaryFolder()
        let text = folder.path("text.db")
        try "hello, this is no database at all, only a text".write(toFile: text, atomically: true, encoding: .utf8)
        await #expect(throws: StorageError.self) { try await OlderVouchers(file: text, at: bench.start) }
        for path in [folder.path("missing.db"), bench.ground.name] {
            let error = await #expect(throws: CreditError.self) { try await OlderVouchers(file: path, at: bench.start) }
            #expect(error?.code == .badImport)
        }
    }
}
