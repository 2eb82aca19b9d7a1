import DequeModule
import Foundation
import Support

/// Threads that wait for a server so that Swift's own threads need not: each keeps one connection. As many run as there is
/// work for, up to a limit; one that finds no work for a while closes its connection and ends.
final class PostgresThreads: @unchecked Sendable {
    typealias Work = (inout PostgresConnection?) -> Void

    private let limit: Int
    private let idleTimeout: Duration
    /// Everything below is changed under its lock only.
    private let condition = NSCondition()
    private var waiting: Deque<Work> = []
    private var threads = 0
    private var idle = 0
    private var isClosed = false

    /// Transactions that wait at most; more is a fault of the caller.
    static let waitingLimit = 20_000

    init(limit: Int, idleTimeout: Duration) {
        self.limit = limit
        self.idleTimeout = idleTimeout
    }

    /// Returns false if there is too much work already, or no more is taken.
    func add(_ work: @escaping Work) -> Bool {
        condition.withLock {
            guard !isClosed, waiting.count < Self.waitingLimit else { return false }
            waiting.append(work)
            if idle >= waiting.count || threads >= limit {
                condition.signal()
            } else {
                threads += 1
                let thread = Thread { [self] in run() }
                thread.name = "troupe.database"
                thread.start()
            }
            return true
        }
    }

    private func run() {
        var connection: PostgresConnection?
        while let work = next() { work(&connection) }
        connection?.close()
        condition.withLock {
            threads -= 1
            condition.broadcast()
        }
    }

    private func next() -> Work? {
        condition.withLock {
            let end = Date(timeIntervalSinceNow: idleTimeout.inSeconds)
            idle += 1
            defer { idle -= 1 }
            while waiting.isEmpty {
                if isClosed || !condition.wait(until: end) { break }
            }
            return waiting.popFirst()
        }
    }

    /// Takes no more work. What has been added is done.
    func close(waiting mustWait: Bool) {
        condition.withLock {
            isClosed = true
            condition.broadcast()
            while mustWait, threads > 0 { condition.wait() }
        }
    }

    var closed: Bool { condition.withLock { isClosed } }
}
