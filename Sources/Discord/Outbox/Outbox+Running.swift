import DiscordModels
import Logging
import ServiceLifecycle
import Support
import Synchronization

// The talking itself.

extension Outbox {
    /// Talks until the service is told to end; then drops progress, says the finals that wait, and returns.
    public func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await _ in wakeups {
                    var step = take()
                    while case .send(let id, let entry) = step {
                        group.addTask { await self.say(id, entry) }
                        step = take()
                    }
                    if case .nothing(let isDone) = step, isDone { break }
                    if case .wait(let moment) = step, setAlarm(moment) { group.addTask { await self.ring(at: moment) } }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.end()
        }
        for continuation in abandon() { continuation.resume(throwing: CancellationError()) }
    }

    /// One alarm for each earlier moment; one that rings too early does no harm. False: there is one already.
    private func setAlarm(_ moment: Timestamp) -> Bool {
        state.withLock { state in
            if let alarm = state.alarm, alarm <= moment { return false }
            state.alarm = moment
            return true
        }
    }

    private func ring(at moment: Timestamp) async {
        try? await clock.sleep(until: moment)
        // Forgotten first: the clock may say that the moment has not come, and then another alarm is needed.
        state.withLock { $0.alarm = nil }
        wake()
    }

    private func end() {
        state.withLock { state in
            state.isEnding = true
            for entry in state.queue.dropProgress() { state.entries[entry] = nil }
        }
        wake()
    }

    private func abandon() -> [CheckedContinuation<Message, any Error>] {
        state.withLock { state in
            state.isEnding = true
            defer { state.entries = [:] }
            return state.entries.values.compactMap(\.continuation)
        }
    }

    private enum Taken {
        case send(OutboxQueue.EntryID, Entry)
        case wait(until: Timestamp)
        /// Nothing to do now; ever, when the service ends and all is said.
        case nothing(isDone: Bool)
    }

    private func take() -> Taken {
        state.withLock { state in
            switch state.queue.next(at: clock.now()) {
            case .send(let id): state.entries[id].map { .send(id, $0) } ?? .nothing(isDone: false)
            case .wait(let moment): .wait(until: moment)
            case .idle: .nothing(isDone: state.isEnding && state.queue.isEmpty)
            }
        }
    }

    private func say(_ id: OutboxQueue.EntryID, _ entry: Entry) async {
        let outcome: OutboxQueue.Outcome
        let result: Result<Message, any Error>
        var isUnsent = false
        do {
            if let watch = entry.watch, await watch.isOutdated() { throw Outdated() }
            result = .success(try await send(entry))
            outcome = .sent
        } catch {
            result = .failure(error)
            isUnsent = error is Outdated
            outcome = self.outcome(of: error, entry)
        }
        let continuation = state.withLock { state in
            state.queue.finished(id, outcome, jitter: client.jitter(), at: clock.now())
            if case .failedForNow = outcome, entry.continuation != nil { return nil as CheckedContinuation<Message, any Error>? }
            return state.entries.removeValue(forKey: id)?.continuation
        }
        if entry.continuation == nil, case .failure(let error) = result {
            logger.debug("progress was not shown", metadata: ["error": "\(error)"])
            entry.onFailure?()
        }
        continuation?.resume(with: result)
        wake()
        // What failed may have arrived all the same.
        if let watch = entry.watch, !isUnsent, await watch.isOutdated() { watch.mayHaveOvertaken() }
    }

    private struct Outdated: Error {}

    private func outcome(of error: any Error, _ entry: Entry) -> OutboxQueue.Outcome {
        guard let error = error as? DiscordAPIError else { return .failed(lineIsGone: false) }
        // What waited for a limit has not been sent.
        var isRepeatable = error.kind == .rateLimited || error.kind == .held
        switch entry.content {
        case .edit: isRepeatable = true
        case .message(let message, .channel): isRepeatable = isRepeatable || message.nonce != nil
        case .message: break
        }
        if error.isTransient, isRepeatable, entry.deadline.map({ clock.now() + (error.retryAfter ?? .zero) < $0 }) ?? true {
            return .failedForNow(after: error.retryAfter)
        }
        return .failed(lineIsGone: error.isInteractionGone || error.isUnknownMessage || error.isUnknownChannel)
    }

    private func send(_ entry: Entry) async throws -> Message {
        // Progress that waits would keep a final waiting behind it.
        let client = entry.continuation == nil ? client.impatient(.seconds(2)) : client
        return switch entry.content {
        case .edit(let edit, .original(let application, let token)):
            try await client.editOriginalResponse(application: application, token: token, edit, fileBytes: entry.fileBytes)
        case .edit(let edit, .followup(let message, let application, let token)):
            try await client.editFollowup(
                application: application, token: token, message: message, edit, fileBytes: entry.fileBytes)
        case .edit(let edit, .message(let message, let channel)):
            try await client.editMessage(message, in: channel, edit, fileBytes: entry.fileBytes)
        case .message(let message, .channel(let channel)):
            try await client.createMessage(in: channel, message, fileBytes: entry.fileBytes)
        case .message(let message, .followups(let application, let token)):
            try await client.createFollowup(application: application, token: token, message, fileBytes: entry.fileBytes)
        }
    }
}
