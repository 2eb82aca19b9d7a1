import Foundation
import Support
import Synchronization

/// PostgreSQL by libpq: transactions on a few threads of our own, each with its connection, tried again where that is safe.
final class PostgresDriver: StorageDriver {
    private let address: PostgresAddress
    private let place: String
    private let timeouts: PostgresConnection.Timeouts
    private let settings: [String]
    private let patience: Duration
    private let threads: PostgresThreads
    /// Since when no connection can be made.
    private let awaySince = Mutex<ContinuousClock.Instant?>(nil)

    init(_ address: PostgresAddress, _ options: Database.Options, migrate: (Transaction) throws -> Void) throws {
        self.address = address
        place = address.description
        timeouts = .init(statement: address.statementTimeout, lock: options.busyTimeout)
        settings = options.durability == .powerLoss ? ["SET synchronous_commit = on"] : []
        patience = options.busyTimeout
        threads = PostgresThreads(limit: address.pool, idleTimeout: address.idleTimeout)
        do { try prepareTables(migrate) } catch let failure as PostgresFailure { throw StorageError(failure, at: place) }
    }

    deinit { threads.close(waiting: false) }

    /// One process at a time; a long migration may take its time, and the next process waits for it.
    private func prepareTables(_ migrate: (Transaction) throws -> Void) throws {
        let connection = try connect()
        defer { connection.close() }
        let session = PostgresSession(
            connection,
            opening: [
                "BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = '10min'",
                "SELECT pg_advisory_xact_lock(\(PostgresSession.lockNumber("troupe migrations")))",
            ], isWriting: true, limit: .seconds(3_600))
        do { try migrate(Transaction(session: session)) } catch {
            session.rollBack()
            throw error
        }
        try session.commit()
    }

    private func connect() throws -> PostgresConnection {
        var timeouts = timeouts
        // Who finds it away still does not keep others waiting for this thread.
        if awaySince.withLock({ $0 }) != nil { timeouts.connect = .seconds(3) }
        do {
            let connection = try PostgresConnection.open(address, timeouts, settings: settings)
            awaySince.withLock { $0 = nil }
            return connection
        } catch {
            awaySince.withLock { $0 = $0 ?? .now }
            throw error
        }
    }

    // MARK: Transactions

    func write<Value: Sendable>(
        _ isolation: WriteIsolation, _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        let level = isolation == .serializable ? "SERIALIZABLE" : "READ COMMITTED"
        return try await onThread { [self] connection in
            try repeating(&connection) { connection, retry in
                var opening = ["BEGIN ISOLATION LEVEL \(level)"]
                // Comes before the snapshot is taken, so that what is read is what those before have left.
                if retry.mustQueue { opening.append("LOCK TABLE schema_migrations IN SHARE UPDATE EXCLUSIVE MODE") }
                return try transaction(PostgresSession(connection, opening: opening, isWriting: true), body)
            }
        }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await onThread { [self] connection in
            try repeating(&connection) { connection, _ in
                let opening = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"]
                return try transaction(PostgresSession(connection, opening: opening, isWriting: false), body)
            }
        }
    }

    private func transaction<Value>(_ session: PostgresSession, _ body: (Transaction) throws -> Value) throws -> Value {
        let value: Value
        do { value = try body(Transaction(session: session)) } catch {
            session.rollBack()
            throw session.failure.map { Interrupted(failure: $0, error: error) } ?? error
        }
        if let failure = session.failure {
            // The body went on after an error; the server would turn its COMMIT into a rollback without a word.
            session.rollBack()
            throw Interrupted(failure: failure, error: StorageError(failure, at: place))
        }
        do { try session.commit() } catch let failure as PostgresFailure {
            if failure.kind == .lost, let number = session.number, try !wasRolledBack(number, in: session.incarnation) { return value }
            if failure.kind == .lost, session.number == nil { return value }
            throw failure
        }
        return value
    }

    /// What the body threw, because of a failure that may be tried again.
    private struct Interrupted: Error {
        let failure: PostgresFailure
        let error: any Error
    }

    /// After a COMMIT whose answer was lost: asks the server what became of that transaction.
    ///
    /// After a crash a number that says "committed" proves nothing: where ours did not reach the disk, it has been given again.
    private func wasRolledBack(_ number: String, in incarnation: String) throws -> Bool {
        let start = ContinuousClock.now
        search: while ContinuousClock.now - start < patience {
            if let connection = try? connect() {
                defer { connection.close() }
                let results = try? connection.fly([.once("SELECT pg_xact_status(CAST($1 AS xid8))", [.text(number)])])
                switch try results?.first?.value(0, 0, "status") {
                case .text("committed"):
                    if connection.incarnation == incarnation { return false }
                    break search
                case .text("aborted"): return true
                // Still in progress: the server has not noticed yet that we are gone.
                default: break
                }
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw StorageError(
            .outcomeUnknown, place: place, "the connection was lost while a transaction was being committed; it may have been kept or not",
            advice: "See that the server runs; Troupe connects again.")
    }

    /// Runs until it succeeds or should not be tried again.
    private func repeating<Value>(
        _ connection: inout PostgresConnection?, _ body: (PostgresConnection, PostgresRetry) throws -> Value
    ) throws -> Value {
        var retry = PostgresRetry(patience: patience)
        let start = ContinuousClock.now
        while true {
            let failure: PostgresFailure
            let reported: (any Error)?
            do {
                if connection?.isDead != false { connection = try connect() }
                guard let connection else { continue }
                return try body(connection, retry)
            } catch let caught as PostgresFailure { (failure, reported) = (caught, nil) } catch let caught as Interrupted {
                (failure, reported) = (caught.failure, caught.error)
            }
            if [PostgresFailure.stalePlan, "26000"].contains(failure.state) { connection?.statements.forget() }
            if failure.state == "25006" { connection?.close() }
            let away = awaySince.withLock { $0.map { ContinuousClock.now - $0 } }
            let decision = retry.decide(
                failure, spent: ContinuousClock.now - start, away: away, jitter: connection?.jitter() ?? 1)
            switch decision {
            case .again(let pause): if pause > .zero { Thread.sleep(forTimeInterval: pause.inSeconds) }
            case .giveUp: throw reported ?? StorageError(failure, at: place)
            }
        }
    }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable (inout PostgresConnection?) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            let isTaken = threads.add { connection in continuation.resume(with: Result { try body(&connection) }) }
            if !isTaken {
                continuation.resume(
                    throwing: threads.closed
                        ? StorageError(.closed, place: place, "the database is closed")
                        : StorageError(.busy, place: place, "\(PostgresThreads.waitingLimit) transactions wait already"))
            }
        }
    }

    // MARK: Care

    func check() async throws -> [String] {
        try await read { tx in
            var findings = try tx.rows(
                """
                SELECT CAST(c.relname AS text) AS name FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
                JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE NOT i.indisvalid AND n.nspname = current_schema() ORDER BY 1
                """
            ).map { "the index \(try $0.get("name", as: String.self)) is not valid: REINDEX it" }
            findings += try tx.rows(
                """
                SELECT CAST(c.conname AS text) AS name FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace
                WHERE NOT c.convalidated AND n.nspname = current_schema() ORDER BY 1
                """
            ).map { "the rule \(try $0.get("name", as: String.self)) has not been checked: VALIDATE CONSTRAINT" }
            let tables = try tx.rows(
                "SELECT CAST(tablename AS text) AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
            // Reads every page of every table; the server compares checksums, where they are switched on.
            for table in tables { _ = try tx.row("SELECT COUNT(*) FROM \"\(try table.get("name", as: String.self))\"") }
            return Array(findings.prefix(100))
        }
    }

    func close() { threads.close(waiting: true) }
}
