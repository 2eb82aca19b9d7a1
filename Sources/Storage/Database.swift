import Support

/// One database for everything that must outlive the process. Ring 1 writes its SQL through it; nobody sees the driver.
///
/// A transaction that has returned survives the death of the process at any moment: it is in the operating system's hands
/// (SQLite) or the server's (PostgreSQL). What a power cut may take is ``Durability``'s choice. Once begun, a transaction is
/// not interrupted by the cancellation of the task that asked for it.
///
/// On SQLite one writes at a time, readers beside it on snapshots. On PostgreSQL many processes write at once; what that
/// means for a body is ``WriteIsolation``'s choice, and the default is safe.
public final class Database: Sendable {
    /// What survives a power cut or a crash of the operating system. The database stays sound either way.
    public enum Durability: Sendable, Hashable {
        /// SQLite: what the system had not yet put on the disk by itself, up to about half a minute, is lost as if it had never
        /// been asked or said (`synchronous=NORMAL` in WAL mode): a person asks again, an answer may be edited in twice.
        /// PostgreSQL: as its administrator has set it. The default, since a write then costs no wait for the disk.
        case processCrash
        /// Nothing that was reported as written is lost (SQLite's `synchronous=FULL`, PostgreSQL's `synchronous_commit=on`):
        /// each transaction waits for the disk.
        case powerLoss
    }

    public struct Options: Sendable {
        public var durability: Durability
        /// How long to wait for another process: SQLite's writer, a lock or a restart of PostgreSQL.
        public var busyTimeout: Duration
        /// Concurrent readers of SQLite. PostgreSQL's connections are counted in its address (`pool=8`).
        public var readers: Int
        /// Refuses to grow beyond this many pages of 4 KiB; for tests of a full disk. SQLite only.
        var pageLimit: Int?

        public init(durability: Durability = .processCrash, busyTimeout: Duration = .seconds(10), readers: Int = 4) {
            self.durability = durability
            self.busyTimeout = busyTimeout
            self.readers = readers
        }
    }

    public let location: DatabaseLocation
    private let driver: any StorageDriver

    /// Opens the database, makes it if it is a file and missing, and brings the tables of all `schemas` up to date: in one
    /// transaction, one process at a time. Waits for the disk or the server.
    /// - Parameter now: noted beside migrations.
    public init(_ location: DatabaseLocation, schemas: [Schema], options: Options = Options(), at now: Timestamp) throws {
        self.location = location
        let migrate: (Transaction) throws -> Void = { tx in
            for schema in schemas { try schema.migrate(tx, place: location.place, appliedAt: now.millisecondsSinceEpoch) }
        }
        switch location {
        case .sqlite, .sqliteMemory: driver = try SQLiteDriver(location, options, migrate: migrate)
        case .postgres(let address): driver = try PostgresDriver(address, options, migrate: migrate)
        }
    }

    /// Runs `body` in a transaction. If it throws, nothing of it is written; when this returns, all of it is.
    ///
    /// `body` has no effects but on the transaction, for it may be run again: after a conflict with another process, a lost
    /// connection or a fault of the disk. An error of a statement ends the transaction: `body` lets it through.
    @discardableResult
    public func write<Value: Sendable>(
        isolation: WriteIsolation = .serializable, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value { try await driver.write(isolation, body) }

    /// Runs `body` on a snapshot; it cannot write. It may be run again after a lost connection.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await driver.read(body)
    }

    /// Looks at every page that holds rows and at every reference. Empty when all is well, else what is wrong, at most 100 lines.
    public func check() async throws -> [String] {
        do { return try await driver.check() } catch let error as StorageError where error.code == .corrupt { return [error.message] }
    }

    /// Waits for what is under way, then closes the file or the connections.
    public func close() throws { try driver.close() }
}

/// What a writing transaction sees of others that write at the same time. On SQLite, where one writes at a time, there is no
/// difference.
public enum WriteIsolation: Sendable, Hashable {
    /// As if alone: where what `body` read has changed before it was through, it is run again.
    case serializable
    /// Each statement sees what others have committed by then. For bodies that lock what they decide on (`{for update}`,
    /// ``Transaction/lock(_:waiting:)``), or leave the decision to one statement and the schema
    /// (`UPDATE … SET amount = amount - ? WHERE id = ? AND amount >= ?`). Faster than ``serializable`` where many write the
    /// same rows, since they wait for one another instead of starting again.
    case locking
}
