import GRDB
import Synchronization

/// Gives writes that arrive while another is under way one transaction together, each behind its own savepoint.
///
/// A caller hears of its write only after the commit, and a write that fails takes nothing with it; so each is as if alone,
/// but the cost of the commit (and of the wait for the disk, when durability asks for it) is shared. If the whole
/// transaction fails, every write of it is run once more, alone.
final class SQLiteWriteQueue: Sendable {
    /// Writes in one transaction at most.
    static let batch = 64

    struct Write: Sendable {
        /// Runs the body and returns what to call once it is committed.
        let run: @Sendable (Transaction) throws -> @Sendable () -> Void
        /// Tells the caller that nothing of it was written.
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var pending: [Write] = []
        var isDraining = false
    }

    private let writer: any DatabaseWriter
    /// Kept for as long as there may be a commit.
    private let checkpoints: SQLiteCheckpoints?
    private let state = Mutex(State())

    init(_ writer: any DatabaseWriter, _ checkpoints: SQLiteCheckpoints?) {
        self.writer = writer
        self.checkpoints = checkpoints
    }

    func add(_ write: Write) {
        let mustStart = state.withLock { state -> Bool in
            state.pending.append(write)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if mustStart { drain() }
    }

    private func drain() {
        writer.asyncWriteWithoutTransaction { [self] db in
            let session = SQLiteSession(db)
            while true {
                let writes = state.withLock { state -> [Write] in
                    let next = Array(state.pending.prefix(Self.batch))
                    state.pending.removeFirst(next.count)
                    state.isDraining = !next.isEmpty
                    return next
                }
                if writes.isEmpty { return }
                if writes.count == 1 || !together(writes, session) { for write in writes { alone(write, session) } }
            }
        }
    }

    private func alone(_ write: Write, _ session: SQLiteSession) {
        let tx = Transaction(session: session)
        do {
            try tx.execute("BEGIN IMMEDIATE")
            let committed = try write.run(tx)
            try tx.execute("COMMIT")
            committed()
        } catch {
            session.rollBack()
            write.fail(error)
        }
    }

    /// Returns false if nothing was written and nobody has been told.
    private func together(_ writes: [Write], _ session: SQLiteSession) -> Bool {
        let tx = Transaction(session: session)
        do { try tx.execute("BEGIN IMMEDIATE") } catch {
            for write in writes { write.fail(error) }
            return true
        }
        var tellings: [@Sendable () -> Void] = []
        do {
            for write in writes {
                try tx.execute("SAVEPOINT one_write")
                do { tellings.append(try write.run(tx)) } catch {
                    // A full disk, for instance, makes SQLite roll back everything.
                    guard session.connection.isInsideTransaction else { return false }
                    try tx.execute("ROLLBACK TO one_write")
                    tellings.append { write.fail(error) }
                }
                try tx.execute("RELEASE one_write")
            }
            try tx.execute("COMMIT")
        } catch {
            session.rollBack()
            return false
        }
        for tell in tellings { tell() }
        return true
    }
}

extension SQLiteSession {
    /// Ends the transaction without effect, if SQLite has not done so itself.
    fileprivate func rollBack() {
        if connection.isInsideTransaction { _ = try? execute("ROLLBACK", []) }
    }
}
