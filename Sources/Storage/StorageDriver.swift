/// What a kind of database does for ``Database``. Two drivers: SQLite by GRDB, PostgreSQL by libpq.
protocol StorageDriver: Sendable {
    func write<Value: Sendable>(_ isolation: WriteIsolation, _ body: @escaping @Sendable (Transaction) throws -> Value) async throws
        -> Value
    func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value
    func check() async throws -> [String]
    func close() throws
}

/// The statements of one transaction, on one connection.
protocol SQLSession: AnyObject {
    /// See ``Transaction/isAlone``.
    var isAlone: Bool { get }
    /// Returns how many rows were inserted, changed or removed.
    func execute(_ sql: String, _ arguments: [any SQLConvertible]) throws -> Int
    /// At most `limit` rows.
    func rows(_ sql: String, _ arguments: [any SQLConvertible], limit: Int) throws -> [SQLRow]
    /// See ``Transaction/lock(_:waiting:)``.
    func lock(_ name: String, waiting: Bool) throws -> NameLock
}
