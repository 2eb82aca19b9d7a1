import Credits
import Logging
import ServiceLifecycle
import Support
import Synchronization

/// The rules as they are now: those of the configuration with what the owner changed in Discord. Known without asking anybody; what
/// another process changed is known here within seconds.
public final class CreditRules: Sendable {
    private let configured: CreditPolicy
    private let book: CreditRuleBook
    private let now: Mutex<CreditPolicy>

    public init(_ configured: CreditPolicy, book: CreditRuleBook) {
        self.configured = configured
        self.book = book
        now = Mutex(configured)
    }

    var current: CreditPolicy { now.withLock { $0 } }

    /// Asks the database.
    public func refresh() async throws { use(try await book.changes()) }

    /// Changes the rules for good.
    func change(
        by user: UInt64, at now: Timestamp, _ change: @escaping @Sendable (inout CreditRuleChanges) throws -> String?
    ) async throws { use(try await book.change(by: user, at: now, change)) }

    func history() async throws -> [CreditRuleBook.Change] { try await book.history(limit: 5) }

    private func use(_ changes: CreditRuleChanges) {
        let policy = changes.applied(to: configured)
        now.withLock { $0 = policy }
    }
}

/// Keeps the rules of this process as fresh as the database's.
struct CreditRulesService: Service {
    let rules: CreditRules
    var interval: Duration = .seconds(5)
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await clock.sleep(for: interval)
                do { try await rules.refresh() } catch let error as CancellationError { throw error } catch {
                    logger.warning("The rules for credits could not be read", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
