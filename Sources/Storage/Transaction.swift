import Foundation
import GRDB

/// One transaction: statements in it stand or fall together, and see nobody else's half-done work.
///
/// Valid only inside the closure that received it. Placeholders are `?`; values are always bound, never written into the
/// statement. SQL is the part that SQLite ≥ 3.35 and PostgreSQL ≥ 14 share: `RETURNING` and `ON CONFLICT` yes,
/// `INSERT OR …`, `rowid` and implicit conversions no.
public struct Transaction {
    let connection: GRDB.Database

    /// Runs one statement and returns how many rows it inserted, changed or removed.
    @discardableResult
    public func execute(_ sql: String, _ arguments: any SQLConvertible...) throws -> Int {
        let statement = try prepare(sql, arguments)
        try statement.execute()
        return connection.changesCount
    }

    /// All rows of a result.
    public func rows(_ sql: String, _ arguments: any SQLConvertible...) throws -> [SQLRow] { try fetch(sql, arguments, limit: .max) }

    /// The first row of a result.
    public func row(_ sql: String, _ arguments: any SQLConvertible...) throws -> SQLRow? { try fetch(sql, arguments, limit: 1).first }

    /// The first column of the first row.
    public func value<Value: SQLConvertible>(
        _ type: Value.Type = Value.self, sql: String, _ arguments: any SQLConvertible...
    ) throws -> Value? {
        guard let row = try fetch(sql, arguments, limit: 1).first, let column = row.columns.first else { return nil }
        return try row.get(column, as: Value?.self)
    }

    private func prepare(_ sql: String, _ arguments: [any SQLConvertible]) throws -> Statement {
        let statement = try connection.cachedStatement(sql: sql)
        try statement.setArguments(StatementArguments(arguments.map { $0.sqlValue.databaseValue }))
        return statement
    }

    private func fetch(_ sql: String, _ arguments: [any SQLConvertible], limit: Int) throws -> [SQLRow] {
        let statement = try prepare(sql, arguments)
        let columns = statement.columnNames
        let cursor = try Row.fetchCursor(statement)
        var rows: [SQLRow] = []
        while rows.count < limit, let row = try cursor.next() {
            rows.append(SQLRow(columns: columns, values: (0..<columns.count).map { SQLValue(row[$0] as DatabaseValue) }))
        }
        return rows
    }
}

extension SQLValue {
    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .bytes(let value): Data(value).databaseValue
        }
    }

    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .real(value)
        case .string(let value): self = .text(value)
        case .blob(let value): self = .bytes(Array(value))
        }
    }
}
