import GRDB
import Jobs
import PostgresTestServer
import Storage

/// Another program that holds the database's write lock for as long as the test likes.
final class WriteLock: Sendable {
    private let other: DatabaseQueue

    init(_ path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true
        // Whoever is writing at this moment is waited for.
        configuration.busyMode = .timeout(100)
        other = try DatabaseQueue(path: path, configuration: configuration)
    }

    func take() throws { try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") } }

    func release() throws { try other.inDatabase { try $0.execute(sql: "COMMIT") } }
}

extension Stage {
    /// A queue on the same file that does not wait for locks.
    static func impatientQueue(_ ground: TestDatabase) throws -> any JobQueue {
        SQLJobQueue(try ground.open([SQLJobQueue.schema], options: .init(busyTimeout: .zero)))
    }
}
