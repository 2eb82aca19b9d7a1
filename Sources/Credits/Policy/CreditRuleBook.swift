import Foundation
import Storage
import Support

/// Keeps what the owner changed of the rules: one row a change, the newest counts, so that each can be seen with who made it.
public struct CreditRuleBook: Sendable {
    /// A change as it was made.
    public struct Change: Sendable, Hashable {
        public let version: Int64
        /// What was changed, in a few words.
        public let summary: String
        public let user: UInt64
        public let changedAt: Timestamp
    }

    /// Stands for the console where a change names who made it.
    public static let console: UInt64 = 0

    static let tables = [
        """
        CREATE TABLE credit_rules (
            version {integer} NOT NULL PRIMARY KEY,
            body {text} NOT NULL,
            summary {text} NOT NULL,
            changed_by {text} NOT NULL,
            changed_at {integer} NOT NULL,
            CONSTRAINT rule_version CHECK (version >= 1),
            CONSTRAINT rule_size CHECK (length(body) <= 65536 AND length(summary) BETWEEN 1 AND 500)
        ){strict}
        """
    ]

    let database: Database

    /// - Parameter database: opened with ``CreditLedger/schema``.
    public init(_ database: Database) { self.database = database }

    public func changes() async throws -> CreditRuleChanges { try await database.read { try Self.latest($0).changes } }

    /// Changes the rules, one change at a time.
    ///
    /// - Parameter change: changes what it is given and says what it did in a few words, or throws why not; nil changes nothing.
    /// - Returns: all changes as they are then.
    @discardableResult
    public func change(
        by user: UInt64, at now: Timestamp, _ change: @escaping @Sendable (inout CreditRuleChanges) throws -> String?
    ) async throws -> CreditRuleChanges {
        try await database.write { tx in
            let (version, old) = try Self.latest(tx)
            var new = old
            guard let summary = try change(&new), new != old else { return old }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            try tx.execute(
                "INSERT INTO credit_rules (version, body, summary, changed_by, changed_at) VALUES (?, ?, ?, ?, ?)", version + 1,
                String(decoding: try encoder.encode(new), as: UTF8.self), String(summary.prefix(300)), String(user), now)
            return new
        }
    }

    /// The latest changes, newest first.
    public func history(limit: Int = 10) async throws -> [Change] {
        try await database.read { tx in
            try tx.rows("SELECT * FROM credit_rules ORDER BY version DESC LIMIT ?", max(1, min(limit, 100))).map { row in
                Change(
                    version: try row.get("version"), summary: try row.get("summary"),
                    user: UInt64(try row.get("changed_by", as: String.self)) ?? 0, changedAt: try row.get("changed_at"))
            }
        }
    }

    private static func latest(_ tx: Transaction) throws -> (version: Int64, changes: CreditRuleChanges) {
        guard let row = try tx.row("SELECT version, body FROM credit_rules ORDER BY version DESC LIMIT 1") else { return (0, .init()) }
        let body = Data(try row.get("body", as: String.self).utf8)
        do { return (try row.get("version"), try JSONDecoder().decode(CreditRuleChanges.self, from: body)) } catch is DecodingError {
            throw CreditError(.damaged, "the rules that were changed in Discord cannot be read (table credit_rules)")
        }
    }
}
