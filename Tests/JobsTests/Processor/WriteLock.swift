import GRDB
import Jobs
import Storage
import Support

/// Another program that holds the database's write lock for as long as the test likes.
final class WriteLock: Sendable {
    private let other: DatabaseQueue

    init(_ path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true
        other = try DatabaseQueue(path: path, configuration: configuration)
    }

    func take() throws { try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") } }

    func release() throws { try other.inDatabase { try $0.execute(sql: "COMMIT") } }
}

extension Stage {
    /// A queue on the same file that does not wait for locks.
    static func impatientQueue(_ folder: TemporaryFolder) throws -> any JobQueue {
        let options = Storage.Database.Options(busyTimeout: .zero)
        let location = DatabaseLocation.sqlite(path: folder.path("troupe.db"))
        return SQLJobQueue(
            try Storage.Database(location, schemas: [SQLJobQueue.schema], options: options, at: Timestamp(millisecondsSinceEpoch: 0)))
    }
}
