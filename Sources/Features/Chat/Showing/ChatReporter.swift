import Discord
import DiscordModels
import Jobs
import Logging
import Memory
import ServiceLifecycle
import Support

/// Shows answers while they are written: "is typing", the first words as a message, then edits; at a pace that Discord and people
/// can bear. Best effort and nothing more: the whole answer is a durable delivery, which ``ChatSayer`` says in the same messages.
///
/// The message that is to hold an answer is written down before words go into it, so that a process that comes after finds it.
actor ChatReporter: Service {
    struct Configuration: Sendable {
        /// Shortest time between two edits of one answer.
        var interval: Duration = .milliseconds(1_200)
        /// What another process writes is looked at this often.
        var poll: Duration = .milliseconds(500)
        /// A question that waits for longer is told so.
        var patience: Duration = .seconds(4)
        /// Before that it is shown as typing, from this moment on.
        var typingAfter: Duration = .milliseconds(400)
        var typingEvery: Duration = .seconds(8)
        /// Answers shown at a time; more wait for their end.
        var limit = 5_000
    }

    private struct Tracked {
        let order: ChatOrder
        let since: Timestamp
        var stream: ReplyStream
        var messages: [Int: MessageKey]?
        var checkAt: Timestamp
        var isBusy = false
        /// Heard of while busy.
        var isStale = false
    }

    private let jobs: any JobQueue
    private let memories: Memories
    private let replies: DiscordReplies
    private let components: ChatComponents
    private let configuration: Configuration
    private let clock: any WallClock
    private let logger: Logger
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private var tracked: [RequestID: Tracked] = [:]
    /// When each channel was shown as typing.
    private var typing: [UInt64: Timestamp] = [:]

    init(
        jobs: any JobQueue, memories: Memories, replies: DiscordReplies, components: ChatComponents, configuration: Configuration,
        clock: any WallClock, logger: Logger
    ) {
        self.jobs = jobs
        self.memories = memories
        self.replies = replies
        self.components = components
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Shows how the answer comes along, from now on.
    func track(_ requestID: RequestID, _ order: ChatOrder) {
        guard tracked[requestID] == nil, tracked.count < configuration.limit else { return }
        let now = clock.now()
        tracked[requestID] = Tracked(
            order: order, since: now, stream: ReplyStream(interval: configuration.interval), checkAt: now + configuration.typingAfter)
        wake.yield()
    }

    /// A message whose answer was said is to be written in again.
    nonisolated func reopen(_ message: MessageKey, in channel: UInt64) {
        replies.outbox.reopen(.message(MessageID(message.rawValue), in: ChannelID(channel)))
    }

    // MARK: Running

    func run() async throws { await cancelWhenGracefulShutdown { await self.report() } }

    private func report() async {
        let drafted = memories.exchanges.drafted.listen(limit: 4_096)
        let signals = jobs.signals.listen(limit: 4_096)
        // What was under way when a process before this one ended.
        for requestID in (try? await memories.exchanges.unanswered(limit: 1_000)) ?? [] { await look(at: requestID) }
        await withDiscardingTaskGroup { group in
            group.addTask { for await requestID in drafted { await self.look(at: requestID) } }
            group.addTask { for await signal in signals { await self.note(signal) } }
            group.addTask {
                while (try? await self.clock.sleep(for: .milliseconds(100))) != nil { self.wake.yield() }
            }
            for await _ in wakes {
                for requestID in takeDue() { group.addTask { await self.check(requestID) } }
            }
            group.cancelAll()
        }
    }

    private func note(_ signal: JobSignal) async {
        switch signal {
        case .settled(let requestID, let state): if state.isFinal { tracked[requestID] = nil } else { await look(at: requestID) }
        case .cancelRequested(let requestID): await look(at: requestID)
        case .available, .progressed, .deliveries: break
        }
    }

    /// Something about an answer changed; one that is not known is from before this process started, or another feature's.
    private func look(at requestID: RequestID) async {
        if tracked[requestID] == nil, let job = try? await jobs.job(requestID), job.kind == ChatWorker.kind, !job.state.isFinal,
            let order = try? job.arguments.decode(ChatOrder.self)
        {
            track(requestID, order)
        }
        let now = clock.now()
        tracked[requestID]?.checkAt = now
        tracked[requestID]?.isStale = true
        wake.yield()
    }

    private func takeDue() -> [RequestID] {
        let now = clock.now()
        let due = tracked.filter { !$0.value.isBusy && $0.value.checkAt <= now }.sorted { $0.value.checkAt < $1.value.checkAt }.prefix(64)
            .map(\.key)
        for requestID in due {
            tracked[requestID]?.isBusy = true
            tracked[requestID]?.isStale = false
            tracked[requestID]?.checkAt = now + configuration.poll
        }
        return due
    }

    private func check(_ requestID: RequestID) async {
        do {
            if try await !show(requestID) { tracked[requestID] = nil }
        } catch {
            logger.debug("An answer could not be shown", metadata: ["request": "\(requestID)", "error": "\(error)"])
            // What is really there is read again.
            tracked[requestID]?.messages = nil
            tracked[requestID]?.checkAt = clock.now() + configuration.interval
        }
        guard let entry = tracked[requestID] else { return }
        tracked[requestID]?.isBusy = false
        if entry.isStale { tracked[requestID]?.checkAt = clock.now() }
        if let due = entry.stream.due { tracked[requestID]?.checkAt = min(due, entry.checkAt) }
    }

    /// - Returns: whether there will be more to show.
    private func show(_ requestID: RequestID) async throws -> Bool {
        guard let exchange = try await memories.exchanges.exchange(requestID), exchange.answer == nil,
            let job = try await jobs.job(requestID), !job.state.isFinal
        else { return false }
        if tracked[requestID]?.messages == nil {
            let messages = try await memories.exchanges.messages(of: requestID)
            tracked[requestID]?.messages = messages
            tracked[requestID]?.stream = ReplyStream(interval: configuration.interval, posted: messages.count)
        }
        guard let entry = tracked[requestID] else { return false }
        guard let text = try await words(exchange, job, entry) else {
            await type(for: entry)
            return true
        }
        if let step = tracked[requestID]?.stream.feed(text, at: clock.now()) { try await perform(step, of: requestID, entry) }
        return tracked[requestID] != nil
    }

    /// What is to be seen of an answer now; nil for nothing yet.
    private func words(_ exchange: Exchange, _ job: Job, _ entry: Tracked) async throws -> String? {
        let now = clock.now()
        if job.state == .retryable {
            return ChatText.retrying(job.failures.last?.userMessage, pause: max(.zero, job.scheduledAt - now))
        }
        if !exchange.draft.text.allSatisfy(\.isWhitespace) { return exchange.draft.text }
        if !exchange.draft.reasoning.isEmpty { return ChatText.thinking }
        guard job.state.isWaiting, now >= entry.since + configuration.patience, let place = try await jobs.place(of: exchange.requestID)
        else { return nil }
        return ChatText.waiting(position: place.position)
    }

    private func type(for entry: Tracked) async {
        // A command's response says by itself that it is being thought about.
        guard let channel = entry.order.reply.channelID, entry.order.reply.original == nil else { return }
        let now = clock.now()
        guard (typing[channel].map { $0 + configuration.typingEvery <= now } ?? true) else { return }
        if typing.count > 1_000 { typing = typing.filter { $0.value + configuration.typingEvery > now } }
        typing[channel] = now
        await replies.showTyping(in: ChannelID(channel))
    }

    private func perform(_ step: ReplyStream.Step, of requestID: RequestID, _ entry: Tracked) async throws {
        let order = entry.order
        let (index, content, last) =
            switch step {
            case .post(let index, let content), .edit(let index, let content): (index, content, entry.messages?.keys.max() ?? 0)
            }
        let buttons = index >= last ? components.writing(requestID, owner: order.reply.userID) : []
        let edit = MessageEdit(content: content, components: buttons)
        if index == 0, order.reply.original != nil {
            guard order.reply.hasToken(at: clock.now()) else { return }
            return replies.progress(edit, at: order.reply, of: requestID)
        }
        guard let channel = order.reply.channelID.map({ ChannelID($0) }) else { return }
        if let message = entry.messages?[index] {
            return replies.progress(edit, in: MessageID(message.rawValue), channel, of: requestID)
        }
        // Of a command's answer, what does not fit into the first message waits for the end.
        guard order.message != nil else { return }
        let posted = try await replies.send(order.message(content, at: index, of: requestID, components: buttons), to: channel)
        let noted = try await memories.exchanges.note(MessageKey(posted.id.rawValue), as: index, of: requestID)
        tracked[requestID]?.messages?[index] = noted
    }
}

extension ChatOrder {
    /// A piece of the answer as a new message: known again by its nonce if it is sent twice, and calling nobody.
    func message(_ content: String, at index: Int, of requestID: RequestID, components: [Component]) -> OutgoingMessage {
        let reference = index == 0 ? message.map { MessageReference(messageID: MessageID($0), failIfNotExists: false) } : nil
        return OutgoingMessage(
            content: content, components: components, reference: reference, nonce: index == 0 ? "\(requestID)" : "\(requestID)-\(index)")
    }
}
