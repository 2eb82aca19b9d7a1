import Foundation
import GRDB
import Support

/// One database for everything that must outlive the process. Ring 1 writes its SQL through it; nobody sees the driver.
///
/// One writer at a time, readers beside it on snapshots. A transaction that has returned survives the death of the
/// process at any moment: it is in the operating system's hands. What a power cut may take is ``Durability``'s choice.
/// Once begun, a transaction is not interrupted by the cancellation of the task that asked for it.
public final class Database: Sendable {
    /// What survives a power cut or a crash of the operating system. The file stays sound either way.
    public enum Durability: Sendable, Hashable {
        /// What the system had not yet put on the disk by itself, up to about half a minute, is lost as if it had never been
        /// asked or said (SQLite's `synchronous=NORMAL` in WAL mode): a person asks again, an answer may be edited in twice.
        /// The default, since a write then costs no wait for the disk.
        case processCrash
        /// Nothing that was reported as written is lost (`synchronous=FULL`): each transaction waits for the disk.
        case powerLoss
    }

    public struct Options: Sendable {
        public var durability: Durability
        /// How long to wait for another process that is writing.
        public var busyTimeout: Duration
        /// Concurrent readers.
        public var readers: Int
        /// Refuses to grow beyond this many pages of 4 KiB; for tests of a full disk.
        var pageLimit: Int?

        public init(durability: Durability = .processCrash, busyTimeout: Duration = .seconds(10), readers: Int = 4) {
            self.durability = durability
            self.busyTimeout = busyTimeout
            self.readers = readers
        }
    }

    public let location: DatabaseLocation
    private let writer: any DatabaseWriter
    private let writes: WriteQueue

    /// Opens the database, makes it if it is missing, and brings the tables of all `schemas` up to date.
    /// - Parameter now: noted beside migrations.
    public init(_ location: DatabaseLocation, schemas: [Schema], options: Options = Options(), at now: Timestamp) throws {
        self.location = location
        let writer = try Self.translating(location.file) {
            let writer = try Self.open(location, options)
            try writer.writeWithoutTransaction { db in
                // Pages that are written again and again (the heads of indexes) are then copied to the file more seldom: 16 MiB.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
                if options.durability == .powerLoss { try db.execute(sql: "PRAGMA synchronous = FULL") }
                if let limit = options.pageLimit { try db.execute(sql: "PRAGMA max_page_count = \(limit)") }
                try db.inTransaction(.immediate) {
                    let tx = Transaction(connection: db)
                    for schema in schemas { try schema.migrate(tx, file: location.file, appliedAt: now.millisecondsSinceEpoch) }
                    return .commit
                }
            }
            return writer
        }
        self.writer = writer
        writes = WriteQueue(writer)
    }

    private static func open(_ location: DatabaseLocation, _ options: Options) throws -> any DatabaseWriter {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(options.busyTimeout.inSeconds)
        configuration.maximumReaderCount = options.readers
        configuration.label = "troupe.database"
        switch location {
        case .sqliteMemory: return try DatabaseQueue(configuration: configuration)
        case .sqlite(let path):
            // Prompts live here: a new file is its owner's alone. SQLite gives its -wal and -shm files the same mode.
            let descriptor = Foundation.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            if descriptor >= 0 { Foundation.close(descriptor) }
            return try DatabasePool(path: path, configuration: configuration)
        }
    }

    /// Runs `body` in a transaction. If it throws, nothing of it is written; when this returns, all of it is.
    ///
    /// `body` has no effects but on the transaction: after a fault of the disk it may be run a second time.
    @discardableResult
    public func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        let file = location.file
        return try await withCheckedThrowingContinuation { continuation in
            writes.add(
                WriteQueue.Write(
                    run: { tx in
                        let value = try body(tx)
                        return { continuation.resume(returning: value) }
                    },
                    fail: { error in continuation.resume(throwing: (error as? DatabaseError).map { StorageError($0, file: file) } ?? error)
                    }))
        }
    }

    /// Runs `body` on a snapshot; it cannot write.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        let file = location.file
        return try await withCheckedThrowingContinuation { continuation in
            writer.asyncRead { db in
                continuation.resume(with: Result { try Self.translating(file) { try body(Transaction(connection: db.get())) } })
            }
        }
    }

    /// Looks at every page and every reference. Empty when all is well, else what is wrong, at most 100 lines.
    public func check() async throws -> [String] {
        do {
            return try await read { tx in
                var findings = try tx.rows("PRAGMA integrity_check(100)").map { try $0.get("integrity_check", as: String.self) }
                if findings == ["ok"] { findings = [] }
                for row in try tx.rows("PRAGMA foreign_key_check").prefix(max(0, 100 - findings.count)) {
                    findings.append("a row of \(try row.get("table", as: String.self)) refers to a missing row")
                }
                return findings
            }
        } catch let error as StorageError where error.code == .corrupt {
            return [error.message]
        }
    }

    /// Waits for what is under way, then closes the file.
    public func close() throws { try Self.translating(location.file) { try writer.close() } }
}
