import Logging
import ServiceLifecycle
import Support

/// How long things are kept.
public struct MemoryRetention: Sendable, Hashable {
    /// Conversations, counted from their last turn.
    public var conversations: Duration
    /// Questions and their answers, counted from the answer: so long the buttons under it work for people without a history.
    public var exchanges: Duration
    /// Questions that were never answered, counted from the asking.
    public var unanswered: Duration

    public init(
        conversations: Duration = .seconds(90 * 86_400), exchanges: Duration = .seconds(3_600), unanswered: Duration = .seconds(86_400)
    ) {
        self.conversations = conversations
        self.exchanges = exchanges
        self.unanswered = unanswered
    }
}

/// Forgets in time what is kept no longer.
public struct MemoryCleaner: Service {
    private let conversations: ConversationStore
    private let exchanges: ExchangeStore
    private let retention: MemoryRetention
    private let interval: Duration
    private let clock: any WallClock
    private let logger: Logger

    public init(
        _ conversations: ConversationStore, _ exchanges: ExchangeStore, retention: MemoryRetention, interval: Duration = .seconds(60),
        clock: any WallClock, logger: Logger
    ) {
        self.conversations = conversations
        self.exchanges = exchanges
        self.retention = retention
        self.interval = interval
        self.clock = clock
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do { try await clean() } catch { logger.warning("memory could not be cleaned", metadata: ["error": "\(error)"]) }
            } while (try? await clock.sleep(for: interval)) != nil
        }
    }

    /// One round: all that is due, in bounded steps.
    func clean() async throws {
        let now = clock.now()
        while !(try await conversations.forget(quietSince: now - retention.conversations).isEmpty) {}
        while try await exchanges.remove(answeredBefore: now - retention.exchanges, askedBefore: now - retention.unanswered) > 0 {}
    }
}
