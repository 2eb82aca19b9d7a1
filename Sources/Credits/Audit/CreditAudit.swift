import Storage

/// What an audit found: the sums, and every row that is not as it must be.
public struct CreditAudit: Sendable, Hashable {
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        public let table: String
        /// The row's key.
        public let row: String
        public let problem: String

        public var description: String { "\(table) \(row): \(problem)" }
    }

    public let accounts: Int
    public let transfers: Int
    public let openHolds: Int
    /// What people and pools have.
    public let owned: CreditAmount
    /// What they have less what the house put out: zero, or something is wrong.
    public let total: CreditAmount
    /// At most ``limit`` of each kind.
    public let findings: [Finding]

    static let limit = 100

    public var isSound: Bool { findings.isEmpty && total == .zero }
}

extension CreditLedger {
    /// Proves the ledger on one snapshot: that everything sums to zero, that every balance is that of its transfers, and that every
    /// hold, debt, voucher and purchase agrees with the transfers it should have made.
    ///
    /// Reads everything: a second or so for a million transfers.
    public func audit() async throws -> CreditAudit {
        let damage = try await database.check().map { CreditAudit.Finding(table: "database", row: "file", problem: $0) }
        return try await database.read { tx in
            func sum(_ sql: String) throws -> Int64 { try tx.value(Int64.self, sql: sql) ?? 0 }
            let owned = try sum("SELECT CAST(SUM(posted) AS BIGINT) FROM credit_accounts")
            let came = try sum("SELECT CAST(SUM(amount) AS BIGINT) FROM credit_transfers WHERE credit LIKE 'house:%'")
            let went = try sum("SELECT CAST(SUM(amount) AS BIGINT) FROM credit_transfers WHERE debit LIKE 'house:%'")
            var findings = damage
            for question in AuditQuestion.all {
                for row in try tx.rows(question.sql + " LIMIT \(CreditAudit.limit)") {
                    findings.append(
                        CreditAudit.Finding(table: question.table, row: try row.get("row_key"), problem: try question.problem(row)))
                }
            }
            let total = owned + came - went
            if total != 0 {
                findings.append(
                    CreditAudit.Finding(
                        table: "all", row: "sum", problem: "all balances together are \(total), not 0: credits appeared or vanished"))
            }
            return CreditAudit(
                accounts: Int(try sum("SELECT COUNT(*) FROM credit_accounts")),
                transfers: Int(try sum("SELECT COUNT(*) FROM credit_transfers")),
                openHolds: Int(try sum("SELECT COUNT(*) FROM credit_holds WHERE state = 'held'")), owned: CreditAmount(owned),
                total: CreditAmount(total), findings: findings)
        }
    }
}

/// One thing that must hold of every row; the statement returns the rows of which it does not, with their key as `row_key`.
struct AuditQuestion: Sendable {
    let table: String
    let sql: String
    let problem: @Sendable (SQLRow) throws -> String

    init(_ table: String, _ problem: String, _ sql: String) {
        (self.table, self.sql) = (table, sql)
        self.problem = { _ in problem }
    }

    /// For a row that says `is_value` and should say `must_value`.
    init(_ table: String, comparing what: String, _ sql: String) {
        (self.table, self.sql) = (table, sql)
        problem = { row in
            let (found, expected): (Int64, Int64) = (try row.get("is_value"), try row.get("must_value"))
            return "\(what) is \(found), must be \(expected)"
        }
    }
}
