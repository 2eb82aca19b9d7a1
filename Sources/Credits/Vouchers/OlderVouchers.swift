import Foundation
import Storage
import Support

/// Brings over the `database.db` of the voucher service that came with dalle-discord-bot: one table,
/// `voucher(id, created, voucher_id, person_id, credits, redeemed)`.
///
/// A redeemed voucher becomes credits of its person, an unredeemed one a voucher under its old code, which `/redeem` accepts. Each
/// voucher comes over once, however often the file is imported.
public struct OlderVouchers: Sendable {
    public struct Row: Sendable, Hashable {
        public let code: VoucherCode
        public let person: UInt64?
        public let credits: CreditAmount
        public let createdAt: Timestamp?
    }

    /// What was imported, and which rows were not, and why.
    public struct Report: Sendable, Hashable {
        /// Credits that went to people.
        public var credited = CreditAmount.zero
        /// How many people got some.
        public var people = 0
        /// Vouchers that can still be redeemed.
        public var open = 0
        /// Rows that had come over before.
        public var existing = 0
        /// By row number in the file.
        public var skipped: [String] = []
    }

    public let rows: [Row]
    public let skipped: [String]

    /// Reads a copy, so that the file is left as it is.
    ///
    /// - Throws: ``CreditError`` with the code `badImport` if it is no such file.
    public init(file: String, at now: Timestamp) async throws {
        let copy = FileManager.default.temporaryDirectory.appending(path: "troupe-import-\(UUID().uuidString).db")
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy.path + suffix) } }
        do {
            try FileManager.default.copyItem(atPath: file, toPath: copy.path)
            let log = file + "-wal"
            if FileManager.default.fileExists(atPath: log) { try FileManager.default.copyItem(atPath: log, toPath: copy.path + "-wal") }
        } catch { throw CreditError(.badImport, "the file cannot be read: is it there, and may this user read it?") }
        let database = try Database(.sqlite(path: copy.path), schemas: [], at: now)
        defer { try? database.close() }
        let found: [SQLRow]
        do {
            found = try await database.read { tx in
                try tx.rows("SELECT id, created, voucher_id, person_id, credits, redeemed FROM voucher ORDER BY id")
            }
        } catch let error as StorageError where error.code == .sql {
            throw CreditError(.badImport, "the file has no table voucher with the columns of the older service")
        }
        var (rows, skipped): ([Row], [String]) = ([], [])
        for row in found {
            do { if let read = try Self.read(row) { rows.append(read) } } catch let error as CreditError {
                skipped.append("row \((try? Self.text(row, "id")) ?? "?"): \(error.message)")
            }
        }
        (self.rows, self.skipped) = (rows, skipped)
    }

    /// Nil for a voucher that is used up. The older service never checked what it stored, so nothing is taken for granted.
    private static func read(_ row: SQLRow) throws -> Row? {
        let code = try VoucherCode(parsing: try text(row, "voucher_id"))
        guard let credits = Int64(try text(row, "credits")) else { throw CreditError(.badImport, "its credits are no whole number") }
        if credits < 0 { throw CreditError(.badImport, "it has \(credits) credits, less than nothing") }
        if credits == 0 { return nil }
        let amount = CreditAmount(credits)
        try amount.check("a voucher")
        let redeemed = ["1", "true"].contains(try text(row, "redeemed").lowercased())
        var person: UInt64?
        if redeemed {
            person = UInt64(try text(row, "person_id"))
            guard person != nil else { throw CreditError(.badImport, "it is redeemed, but its person is no Discord user id") }
        }
        let created = try? Date.ISO8601FormatStyle().year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false)
            .parse(try text(row, "created"))
        return Row(
            code: code, person: person, credits: amount,
            createdAt: created.map { Timestamp(millisecondsSinceEpoch: Int64($0.timeIntervalSince1970 * 1_000)) })
    }

    /// SQLite keeps whatever type came in.
    private static func text(_ row: SQLRow, _ column: String) throws -> String {
        switch try row.get(column, as: SQLValue.self) {
        case .text(let text): text
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .null, .bytes: ""
        }
    }

    /// Writes everything in one transaction.
    public func bring(into database: Database, at now: Timestamp) async throws -> Report {
        try await database.write { tx in
            let store = VoucherStore(tx, at: now)
            var report = Report(skipped: skipped)
            var people: Set<UInt64> = []
            for row in rows {
                let hash = row.code.hash
                let name = "older:" + hash.prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                let new = NewVouchers(batch: name, credits: row.credits, note: "older voucher service")
                guard try store.insert(row.code, new, position: 0, createdAt: row.createdAt) != nil else {
                    report.existing += 1
                    continue
                }
                if let person = row.person {
                    _ = try store.redeem(hash, by: .user(person), .imported)
                    report.credited = report.credited + row.credits
                    people.insert(person)
                } else {
                    report.open += 1
                }
            }
            report.people = people.count
            return report
        }
    }
}
