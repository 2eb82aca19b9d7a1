import Logging
import NIOCore
import Support
import Synchronization

// From bytes to the handler: read the envelope, let the machine judge it, hand it on.

extension Shard {
    /// - Returns: whether this was the connection's HELLO, from which on its heart beats.
    func receive(_ text: ByteBuffer, handlers: inout DiscardingTaskGroup) async -> Bool {
        let now = clock.now()
        let frame: GatewayFrame
        do {
            frame = try GatewayFrame(reading: text)
        } catch {
            logger.warning("gateway frame unreadable", metadata: ["error": "\(error)"])
            let jitter = jitter()
            perform(state.withLock { $0.machine.received(.unreadable, at: now, jitter: jitter) })
            return false
        }
        // A dispatch needs no chance, and there are many.
        let jitter = if case .dispatch = frame.signal { 0.0 } else { jitter() }
        let actions = state.withLock { state in
            state.heardAt = now
            return state.machine.received(frame.signal, at: now, jitter: jitter)
        }
        perform(actions)
        switch frame.signal {
        case .hello: return true
        case .heartbeatAck: tellOfChange()
        case .ready(let sequence, _, _), .resumed(let sequence), .dispatch(let sequence):
            let name = frame.name ?? ""
            feed(frame, isNew: actions.contains(.deliver))
            if !actions.contains(.deliver) {
                state.withLock { $0.statistics.replays += 1 }
            } else if GatewayEvent.isKnown(name) {
                await handOn(name, frame.data, sequence: sequence, at: now, handlers: &handlers)
            } else {
                state.withLock { state in
                    state.statistics.ignore(name)
                    state.tracker.passed(sequence)
                }
            }
        case .heartbeatRequest, .reconnect, .invalidSession, .unreadable, .unknown: break
        }
        return false
    }

    /// In the reader, so that what one event says is known before the next is heard.
    private func feed(_ frame: GatewayFrame, isNew: Bool) {
        guard let cache else { return }
        if case .resumed = frame.signal { cache.hears(shard: configuration.shardID, of: configuration.shardCount) }
        guard isNew, let name = frame.name, !cache.receive(name, frame.data) else { return }
        state.withLock { $0.statistics.undecodable += 1 }
        logger.warning("gateway event unreadable", metadata: ["event": "\(name)"])
    }

    private func handOn(
        _ name: String, _ data: ByteBuffer, sequence: Int, at now: Timestamp, handlers: inout DiscardingTaskGroup
    ) async {
        let ticket = state.withLock { $0.tracker.started(sequence) }
        if !slots.takeAtOnce() {
            state.withLock { $0.machine.isReaderPaused = true }
            await slots.take()
            state.withLock { $0.machine.isReaderPaused = false }
        }
        let context = ShardContext(
            shardID: configuration.shardID, shardCount: configuration.shardCount, sequence: sequence, receivedAt: now)
        handlers.addTask {
            await self.handle(name, data, context, ticket)
            self.slots.release()
        }
    }

    private func handle(_ name: String, _ data: ByteBuffer, _ context: ShardContext, _ ticket: SequenceTracker.Ticket) async {
        if let event = decode(name, data), isNew(event) {
            if case .messageCreate(let message) = event { cache?.heard(message) }
            do {
                try await handler(event, context)
            } catch is CancellationError {
                return
            } catch {
                logger.error("gateway event not handled", metadata: ["event": "\(name)", "error": "\(error)"])
            }
        }
        state.withLock { $0.tracker.finished(ticket) }
        tellOfChange()
    }

    private func decode(_ name: String, _ data: ByteBuffer) -> GatewayEvent? {
        do {
            return try GatewayEvent(name: name, data: data)
        } catch {
            state.withLock { $0.statistics.undecodable += 1 }
            logger.warning("gateway event unreadable", metadata: ["event": "\(name)", "error": "\(GatewayEvent.place(of: error))"])
            return nil
        }
    }

    private func isNew(_ event: GatewayEvent) -> Bool {
        state.withLock { state in
            let isNew = event.replayKey.map { state.recent.insert($0) } ?? true
            if isNew { state.statistics.events += 1 } else { state.statistics.replays += 1 }
            return isNew
        }
    }
}
