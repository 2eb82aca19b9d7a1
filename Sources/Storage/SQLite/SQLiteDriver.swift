import Foundation
import GRDB
import Support

/// SQLite in WAL mode: one writer, whose transactions are shared (``SQLiteWriteQueue``), and readers on snapshots.
final class SQLiteDriver: StorageDriver {
    private let file: String?
    private let writer: any DatabaseWriter
    /// Nil in memory.
    private let checkpoints: SQLiteCheckpoints?
    private let writes: SQLiteWriteQueue

    init(_ location: DatabaseLocation, _ options: Database.Options, migrate: (Transaction) throws -> Void) throws {
        let file = location.place
        let (writer, checkpoints) = try Self.translating(file) {
            let (writer, checkpoints) = try Self.open(location, options)
            try writer.writeWithoutTransaction { db in
                if options.durability == .powerLoss { try db.execute(sql: "PRAGMA synchronous = FULL") }
                if let limit = options.pageLimit { try db.execute(sql: "PRAGMA max_page_count = \(limit)") }
                try db.inTransaction(.immediate) {
                    try migrate(Transaction(session: SQLiteSession(db)))
                    return .commit
                }
                checkpoints?.attend(db)
            }
            return (writer, checkpoints)
        }
        self.file = file
        self.writer = writer
        self.checkpoints = checkpoints
        writes = SQLiteWriteQueue(writer, checkpoints)
    }

    private static func open(_ location: DatabaseLocation, _ options: Database.Options) throws
        -> (any DatabaseWriter, SQLiteCheckpoints?)
    {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(options.busyTimeout.inSeconds)
        configuration.maximumReaderCount = options.readers
        configuration.label = "troupe.database"
        guard case .sqlite(let path) = location else { return (try DatabaseQueue(configuration: configuration), nil) }
        // Prompts live here: a new file is its owner's alone. SQLite gives its -wal and -shm files the same mode.
        let descriptor = Foundation.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Foundation.close(descriptor) }
        return try patiently(options.busyTimeout) {
            (
                try DatabasePool(path: path, configuration: configuration),
                try SQLiteCheckpoints(path: path, configuration: configuration)
            )
        }
    }

    /// Tries again while another process makes the same file: SQLite answers busy at once, whatever its time-out, to a change of the
    /// journal's mode. Source: https://www.sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode".
    private static func patiently<Value>(_ patience: Duration, _ body: () throws -> Value) throws -> Value {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while true {
            do { return try body() } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && clock.now < deadline {
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
    }

    func write<Value: Sendable>(
        _ isolation: WriteIsolation, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        let file = file
        return try await withCheckedThrowingContinuation { continuation in
            writes.add(
                SQLiteWriteQueue.Write(
                    run: { tx in
                        let value = try body(tx)
                        return { continuation.resume(returning: value) }
                    },
                    fail: { error in continuation.resume(throwing: (error as? DatabaseError).map { StorageError($0, file: file) } ?? error)
                    }))
        }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        let file = file
        return try await withCheckedThrowingContinuation { continuation in
            writer.asyncRead { db in
                continuation.resume(
                    with: Result { try Self.translating(file) { try body(Transaction(session: SQLiteSession(db.get()))) } })
            }
        }
    }

    func check() async throws -> [String] {
        try await read { tx in
            var findings = try tx.rows("PRAGMA integrity_check(100)").map { try $0.get("integrity_check", as: String.self) }
            if findings == ["ok"] { findings = [] }
            for row in try tx.rows("PRAGMA foreign_key_check").prefix(max(0, 100 - findings.count)) {
                findings.append("a row of \(try row.get("table", as: String.self)) refers to a missing row")
            }
            return findings
        }
    }

    func close() throws {
        try Self.translating(file) {
            try checkpoints?.close()
            try writer.close()
        }
    }

    /// Runs `body` and says in plain words what SQLite reports in codes.
    private static func translating<Value>(_ file: String?, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as DatabaseError { throw StorageError(error, file: file) }
    }
}
