import DiscordModels
import Logging
import ServiceLifecycle
import Support
import Synchronization

/// Says things on Discord at a pace that Discord and people can bear; ``OutboxQueue`` decides, this performs.
///
/// The one way for whatever edits a message more than once: waiting lines, previews, answers that grow while they are
/// written. Of such *progress* only the latest word is sent, and it shares one budget per channel or interaction; a *final*
/// goes before all progress, and after it nothing older or late is shown on its message.
///
/// Lives in one process and forgets with it: what must survive is kept by the jobs' own outbox, which asks again. A final
/// is tried until it is said, until Discord refuses it for good, or until its patience ends. Runs as a service; without
/// ``run()`` nothing is said.
public final class Outbox: Service {
    /// What is to be said.
    enum Content: Sendable {
        case edit(MessageEdit, at: MessageAddress)
        case message(OutgoingMessage, to: MessagePlace)

        var line: OutboxLine {
            switch self {
            case .edit(_, let address): .address(address)
            case .message(_, let place): .place(place)
            }
        }
    }

    struct Entry {
        let content: Content
        let fileBytes: Int
        /// Of progress.
        var watch: ProgressWatch?
        /// Of progress: told when it could not be shown.
        var onFailure: (@Sendable () -> Void)?
        /// Nil for progress.
        var continuation: CheckedContinuation<Message, any Error>?
        /// A final gives up then.
        var deadline: Timestamp?
    }

    struct State {
        var queue: OutboxQueue
        var entries: [OutboxQueue.EntryID: Entry] = [:]
        /// The next moment at which something may be said.
        var alarm: Timestamp?
        var isEnding = false
    }

    let client: RESTClient
    let clock: any WallClock
    let logger: Logger
    let state: Mutex<State>
    let wakeups: AsyncStream<Void>
    private let wakeup: AsyncStream<Void>.Continuation

    /// - Parameter interval: the shortest time between two words of progress on one message.
    public convenience init(client: RESTClient, clock: any WallClock, logger: Logger, interval: Duration = .milliseconds(1_500)) {
        var configuration = OutboxQueue.Configuration()
        configuration.progressInterval = interval
        self.init(client: client, clock: clock, logger: logger, configuration: configuration)
    }

    init(client: RESTClient, clock: any WallClock, logger: Logger, configuration: OutboxQueue.Configuration) {
        self.client = client
        self.clock = clock
        self.logger = logger
        state = Mutex(State(queue: OutboxQueue(configuration: configuration)))
        (wakeups, wakeup) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Shows progress, soon, unless something newer or a final comes before it. Never fails, never waits.
    ///
    /// - Parameters:
    ///   - watch: for where other processes may say the final, of which this one does not know.
    ///   - onFailure: called from any thread when it was not shown; say the newest word again later, if at all.
    public func progress(
        _ edit: MessageEdit, at address: MessageAddress, watch: ProgressWatch? = nil,
        onFailure: (@Sendable () -> Void)? = nil
    ) {
        state.withLock { state in
            guard !state.isEnding else { return }
            let (entry, replaced) = state.queue.progress(on: .address(address))
            if let replaced { state.entries[replaced] = nil }
            if let entry {
                state.entries[entry] = Entry(
                    content: .edit(edit, at: address), fileBytes: Limits.fileBytes, watch: watch, onFailure: onFailure)
            }
        }
        wake()
    }

    /// Shows progress again in a message that was edited for good: it is about to be written anew.
    public func reopen(_ address: MessageAddress) { state.withLock { $0.queue.reopen(.address(address)) } }

    /// Whether a final was said there by this outbox lately, or is about to be.
    public func hasFinal(at address: MessageAddress) -> Bool { state.withLock { $0.queue.hasFinal(on: .address(address)) } }

    /// Edits a message for good, before any progress that waits, which it drops; returns the message as Discord has it.
    /// - Parameter patience: for how long passing faults are met with further tries; zero for who tries again by itself.
    @discardableResult
    public func deliver(
        _ edit: MessageEdit, at address: MessageAddress, fileBytes: Int = Limits.fileBytes, patience: Duration = .seconds(120)
    ) async throws -> Message {
        try await final(.edit(edit, at: address), fileBytes: fileBytes, patience: patience)
    }

    /// Sends a new message. Only one with a nonce in a channel is tried again when it is not known whether it arrived.
    @discardableResult
    public func send(
        _ message: OutgoingMessage, to place: MessagePlace, fileBytes: Int = Limits.fileBytes, patience: Duration = .seconds(120)
    ) async throws -> Message {
        try await final(.message(message, to: place), fileBytes: fileBytes, patience: patience)
    }

    private func final(_ content: Content, fileBytes: Int, patience: Duration) async throws -> Message {
        let mark = Mutex<OutboxQueue.EntryID?>(nil)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let refusal = state.withLock { state -> (any Error)? in
                    guard !state.isEnding, !Task.isCancelled else { return CancellationError() }
                    guard let (entry, dropped) = state.queue.final(on: content.line) else { return OutboxFull() }
                    if let dropped { state.entries[dropped] = nil }
                    state.entries[entry] = Entry(
                        content: content, fileBytes: fileBytes, continuation: continuation, deadline: clock.now() + patience)
                    mark.withLock { $0 = entry }
                    return nil
                }
                if let refusal { continuation.resume(throwing: refusal) } else { wake() }
            }
        } onCancel: {
            // Under the lock that the entry is made in, so that it is seen either there or not at all.
            let continuation = state.withLock { state -> CheckedContinuation<Message, any Error>? in
                guard let entry = mark.withLock({ $0 }), state.queue.withdraw(entry) else { return nil }
                return state.entries.removeValue(forKey: entry)?.continuation
            }
            continuation?.resume(throwing: CancellationError())
        }
    }

    func wake() { wakeup.yield() }
}

/// Whether progress is still true, where several processes talk and any of them may say the final.
public struct ProgressWatch: Sendable {
    let isOutdated: @Sendable () async -> Bool
    let mayHaveOvertaken: @Sendable () -> Void

    /// - Parameters:
    ///   - isOutdated: asked right before the progress is sent, which may be a while after it was handed in, and again afterwards.
    ///     What is outdated is not sent.
    ///   - mayHaveOvertaken: called from any thread when it was outdated by the time it had been sent: it may then stand over the
    ///     final. See ``Outbox/hasFinal(at:)``.
    public init(isOutdated: @escaping @Sendable () async -> Bool, mayHaveOvertaken: @escaping @Sendable () -> Void) {
        self.isOutdated = isOutdated
        self.mayHaveOvertaken = mayHaveOvertaken
    }
}

/// More finals wait than the outbox can hold; try again later.
public struct OutboxFull: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String { "too many messages wait to be sent to Discord" }
}
