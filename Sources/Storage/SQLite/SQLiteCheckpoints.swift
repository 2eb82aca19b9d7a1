import GRDB
import GRDBSQLite
import Synchronization

/// Brings what was committed from the write-ahead log into the file, beside the writer: SQLite would do it inside a commit now and
/// then, and whoever's commit that was would wait for the disk. Source: https://www.sqlite.org/wal.html, "Checkpointing".
final class SQLiteCheckpoints: Sendable {
    /// Pages of 4 KiB after which it is worth it: pages that are written again and again (the heads of indexes) are copied once.
    static let pages = 4_096
    /// A log that has grown to this (writers never paused long enough for it to be emptied) is waited for by the writer.
    static let mostPages = 16_384
    /// What is committed meanwhile is copied at once too, so that the log can begin anew; at most so often.
    private static let rounds = 8

    private struct State {
        var isAtWork = false
        /// Pages in the log after the last commit, and at which the next checkpoint is due.
        var (seen, due) = (0, SQLiteCheckpoints.pages)
    }

    private let connection: DatabaseQueue
    private let state = Mutex(State())

    init(path: String, configuration: Configuration) throws { connection = try DatabaseQueue(path: path, configuration: configuration) }

    /// Takes the place of SQLite's own checkpoints on the writer's connection. Must outlive its last commit.
    func attend(_ writer: GRDB.Database) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            writer.sqliteConnection,
            { context, _, _, pages in
                if let context { Unmanaged<SQLiteCheckpoints>.fromOpaque(context).takeUnretainedValue().committed(Int(pages)) }
                return SQLITE_OK
            }, context)
    }

    func close() throws { try connection.close() }

    /// On the writer's thread, after a commit. What fails is tried again after the next.
    /// - Parameter pages: in the log.
    private func committed(_ pages: Int) {
        if pages >= Self.mostPages { _ = try? connection.writeWithoutTransaction { db in try db.checkpoint(.passive) } }
        let isDue = state.withLock { state in
            if pages < state.seen { state.due = Self.pages }
            state.seen = pages
            guard pages >= state.due, !state.isAtWork else { return false }
            state.due = pages + Self.pages
            state.isAtWork = true
            return true
        }
        guard isDue else { return }
        connection.asyncWriteWithoutTransaction { [self] db in
            for _ in 0..<Self.rounds {
                // The log begins anew with the next commit once all of it is copied.
                guard let log = try? db.checkpoint(.passive), log.checkpointedFrameCount < state.withLock(\.seen) else { break }
            }
            state.withLock { $0.isAtWork = false }
        }
    }
}
