import Logging
import NIOCore
import Support
import Synchronization

// From bytes to what an event asks for, on the thread where the bytes arrive: read the envelope, let the machine judge it, ask the handler.

extension Shard {
    /// - Parameter hello: told when this is the connection's HELLO, from which on its heart beats.
    /// - Returns: whether the next may come.
    func receive(_ text: ByteBuffer, hello: AsyncStream<Void>.Continuation) -> Bool {
        let now = clock.now()
        let frame: GatewayFrame
        do {
            frame = try GatewayFrame(reading: text)
        } catch {
            logger.warning("gateway frame unreadable", metadata: ["error": "\(error)"])
            let jitter = jitter()
            perform(state.withLock { $0.machine.received(.unreadable, at: now, jitter: jitter) })
            return true
        }
        // A dispatch needs no chance, and there are many.
        let jitter = if case .dispatch = frame.signal { 0.0 } else { jitter() }
        let actions = state.withLock { state in
            state.heardAt = now
            state.unreachableSince = nil
            return state.machine.received(frame.signal, at: now, jitter: jitter)
        }
        perform(actions)
        switch frame.signal {
        case .hello: hello.yield()
        case .heartbeatAck: tellOfChange()
        case .ready(let sequence, _, _), .resumed(let sequence), .dispatch(let sequence):
            return take(frame, sequence: sequence, isNew: actions.contains(.deliver), at: now)
        case .heartbeatRequest, .reconnect, .invalidSession, .unreadable, .unknown: break
        }
        return true
    }

    private func take(_ frame: GatewayFrame, sequence: Int, isNew: Bool, at now: Timestamp) -> Bool {
        let name = frame.name ?? ""
        feed(frame, isNew: isNew)
        if !isNew {
            state.withLock { $0.statistics.replays += 1 }
        } else if GatewayEvent.isKnown(name) {
            return handOn(name, frame.data, sequence: sequence, at: now)
        } else {
            state.withLock { state in
                state.statistics.ignore(name)
                state.tracker.passed(sequence)
            }
        }
        return true
    }

    /// What one event says is known before the next is heard.
    private func feed(_ frame: GatewayFrame, isNew: Bool) {
        guard let cache else { return }
        if case .resumed = frame.signal { cache.hears(shard: configuration.shardID, of: configuration.shardCount) }
        guard isNew, let name = frame.name, !cache.receive(name, frame.data) else { return }
        state.withLock { $0.statistics.undecodable += 1 }
        logger.warning("gateway event unreadable", metadata: ["event": "\(name)"])
    }

    private func handOn(_ name: String, _ data: ByteBuffer, sequence: Int, at now: Timestamp) -> Bool {
        guard let work = work(for: name, data, sequence: sequence, at: now) else {
            state.withLock { $0.tracker.passed(sequence) }
            tellOfChange()
            return true
        }
        let (assignments, ticket, hasRoom) = state.withLock { state in
            state.slots.take()
            state.machine.isReaderPaused = state.slots.areAllTaken
            return (state.assignments, state.tracker.started(sequence), !state.slots.areAllTaken)
        }
        assignments?.yield(Assignment(event: name, work: work, ticket: ticket))
        return hasRoom
    }

    /// What an event asks for; nothing if it cannot be read or has come before.
    private func work(for name: String, _ data: ByteBuffer, sequence: Int, at now: Timestamp) -> GatewayWork? {
        guard let event = decode(name, data), isNew(event) else { return nil }
        if case .messageCreate(let message) = event { cache?.heard(message) }
        let context = ShardContext(
            shardID: configuration.shardID, shardCount: configuration.shardCount, sequence: sequence, receivedAt: now)
        return handler(event, context)
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
