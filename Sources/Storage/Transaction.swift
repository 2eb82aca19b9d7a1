/// One transaction: statements in it stand or fall together, and see nobody else's half-done work.
///
/// Valid only inside the closure that received it. Placeholders are `?`; values are always bound, never written into the
/// statement. SQL is the part that SQLite ≥ 3.35 and PostgreSQL ≥ 14 share: `RETURNING` and `ON CONFLICT` yes,
/// `INSERT OR …`, `rowid` and implicit conversions no. What they spell differently is a word in braces, see ``SQLDialect``.
/// Text holds no NUL; it sorts by its bytes. A null sorts first in SQLite and last in PostgreSQL. A placeholder that stands
/// for itself, as in `? IS NULL`, says its kind: `CAST(? AS {text}) IS NULL`.
public struct Transaction {
    let session: any SQLSession

    /// Runs one statement and returns how many rows it inserted, changed or removed.
    @discardableResult
    public func execute(_ sql: String, _ arguments: any SQLConvertible...) throws -> Int { try session.execute(sql, arguments) }

    /// All rows of a result.
    public func rows(_ sql: String, _ arguments: any SQLConvertible...) throws -> [SQLRow] {
        try session.rows(sql, arguments, limit: .max)
    }

    /// The first row of a result.
    public func row(_ sql: String, _ arguments: any SQLConvertible...) throws -> SQLRow? {
        try session.rows(sql, arguments, limit: 1).first
    }

    /// The first row of a result, with as many arguments as there happen to be.
    public func row(_ sql: String, arguments: [any SQLConvertible]) throws -> SQLRow? {
        try session.rows(sql, arguments, limit: 1).first
    }

    /// The first column of the first row. Nil if there is no row, or null in it.
    public func value<Value: SQLConvertible>(
        _ type: Value.Type = Value.self, sql: String, _ arguments: any SQLConvertible...
    ) throws -> Value? {
        let found = try session.rows(sql, arguments, limit: 1).first?.values.first ?? .null
        guard let value = Value?(sqlValue: found) else {
            throw StorageError(.unexpectedValue, place: nil, "the result is \(found.kind), which is no \(Value.self)")
        }
        return value
    }

    /// Whether nobody else writes until this transaction ends: on SQLite.
    public var isAlone: Bool { session.isAlone }

    /// Of all transactions that take the same name, in whatever process, one runs at a time: this one waits here, and holds
    /// the name to its end. For ``WriteIsolation/locking`` bodies whose decision rests on more rows than they can lock.
    ///
    /// Two transactions that wait for more than one name each may wait for one another; take the first waiting and further
    /// ones only if they are free.
    /// - Parameter waiting: false to be told ``NameLock/busy`` instead of waiting.
    @discardableResult
    public func lock(_ name: String, waiting: Bool = true) throws -> NameLock { try session.lock(name, waiting: waiting) }
}

/// What became of a name that a transaction asked for.
public enum NameLock: Sendable, Hashable {
    /// On SQLite: nobody else writes until this transaction ends, whatever the name.
    case alone
    /// It has been this transaction's since an earlier call.
    case held
    /// It is this transaction's from now on. Others may have written since the statement before: look again.
    case taken
    /// Another transaction has it.
    case busy
}
