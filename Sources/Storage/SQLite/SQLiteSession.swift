import Foundation
import GRDB
import GRDBSQLite

/// Binds and steps on SQLite's own interface: GRDB's argument and row types cost more than the statement itself.
final class SQLiteSession: SQLSession {
    let connection: GRDB.Database

    init(_ connection: GRDB.Database) { self.connection = connection }

    var isAlone: Bool { true }

    func execute(_ sql: String, _ arguments: [any SQLConvertible]) throws -> Int {
        try run(sql, arguments) { _, _ in false }
        return connection.changesCount
    }

    func rows(_ sql: String, _ arguments: [any SQLConvertible], limit: Int) throws -> [SQLRow] {
        var rows: [SQLRow] = []
        try run(sql, arguments) { handle, columns in
            rows.append(SQLRow(columns: columns, values: (0..<Int32(columns.count)).map { SQLValue(handle, column: $0) }))
            return rows.count < limit
        }
        return rows
    }

    func lock(_ name: String, waiting: Bool) -> NameLock { .alone }

    /// `row` says whether it wants another row.
    private func run(_ sql: String, _ arguments: [any SQLConvertible], row: (SQLiteStatement, [String]) -> Bool) throws {
        let statement = try connection.cachedStatement(sql: SQLDialect.sqlite.spell(sql))
        let handle = statement.sqliteStatement
        guard sqlite3_bind_parameter_count(handle) == arguments.count else {
            throw StorageError(.sql, place: nil, "the statement does not have \(arguments.count) placeholders: \(sql)")
        }
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        for (index, argument) in arguments.enumerated() {
            let value = argument.sqlValue
            try value.refuseNUL(argument: index + 1)
            let code = value.bind(to: handle, at: Int32(index + 1))
            if code != SQLITE_OK { throw failure(code) }
        }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: if !row(handle, statement.columnNames) { return }
            case SQLITE_DONE: return
            case let code: throw failure(code)
            }
        }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: connection.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) })
    }
}

extension SQLValue {
    /// SQLite makes its own copy of text and bytes.
    fileprivate func bind(to handle: SQLiteStatement, at index: Int32) -> Int32 {
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch self {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let value): return sqlite3_bind_int64(handle, index, value)
        case .real(let value): return sqlite3_bind_double(handle, index, value)
        case .text(var value):
            return value.withUTF8 { utf8 in
                guard let base = utf8.baseAddress else { return sqlite3_bind_text(handle, index, "", 0, copied) }
                return base.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                    sqlite3_bind_text(handle, index, $0, Int32(utf8.count), copied)
                }
            }
        case .bytes(let value):
            if value.isEmpty { return sqlite3_bind_zeroblob(handle, index, 0) }
            return value.withUnsafeBytes { sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), copied) }
        }
    }

    fileprivate init(_ handle: SQLiteStatement, column: Int32) {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: self = .real(sqlite3_column_double(handle, column))
        case SQLITE_TEXT:
            let text = UnsafeBufferPointer(start: sqlite3_column_text(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
            self = .text(String(decoding: text, as: UTF8.self))
        case SQLITE_BLOB:
            let bytes = UnsafeRawBufferPointer(start: sqlite3_column_blob(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
            self = .bytes(Array(bytes))
        default: self = .null
        }
    }
}
