import NIOCore
import Support

// What happens while a connection is open: payloads, time, the identify gate, and commands of our own.

extension Shard.StateMachine {
    /// - Parameter jitter: a fresh random number in 0…1.
    mutating func received(_ signal: Signal, at now: Timestamp, jitter: Double) -> [Action] {
        switch state {
        case .waiting, .connecting, .closing, .stopped, .failed: return []
        case .awaitingHello, .awaitingPermit, .identifying, .resuming, .ready: break
        }
        switch signal {
        case .hello(let interval): return receivedHello(interval, at: now, jitter: jitter)
        case .heartbeatRequest: return heart == nil ? [] : send(.heartbeat(sequence: session?.sequence), at: now)
        case .heartbeatAck: return receivedAck(at: now)
        case .reconnect: return close(.atOnce)
        case .invalidSession(let resumable):
            let wait = Duration.milliseconds(1_000 + Int64(4_000 * max(0, min(1, jitter))))
            if resumable { return close(.after(wait)) }
            let lost = loseSession()
            return lost + close(.after(wait), code: GatewayCloseVerdict.endSession)
        case .ready(let sequence, let id, let address):
            return receivedReady(sequence: sequence, id: id, address: address) + flushCommands(at: now)
        case .resumed(let sequence):
            guard case .resuming(let heart, _) = state else { return [] }
            state = .ready(heart)
            refusedResumes = 0
            return advance(to: sequence) + flushCommands(at: now)
        case .dispatch(let sequence):
            if case .resuming(let heart, _) = state {
                state = .resuming(heart, until: now + configuration.readyTimeout)
                refusedResumes = 0
            }
            return advance(to: sequence)
        case .unreadable: return close(.backoff)
        case .unknown: return []
        }
    }

    private mutating func receivedHello(_ interval: Duration, at now: Timestamp, jitter: Double) -> [Action] {
        guard case .awaitingHello = state else { return [] }
        let first = Duration.milliseconds(Int64(Double(interval.milliseconds) * max(0, min(1, jitter))))
        let heart = Heart(interval: interval, nextBeat: now + first)
        guard let session else {
            state = .awaitingPermit(heart, at: nil)
            return [.requestIdentifyPermit]
        }
        state = .resuming(heart, until: now + configuration.readyTimeout)
        return send(.resume(sessionID: session.id, sequence: session.sequence), at: now)
    }

    private mutating func receivedAck(at now: Timestamp) -> [Action] {
        guard var heart else { return [] }
        if let beatAt = heart.beatAt { latency = now - beatAt }
        heart.beatAt = nil
        self.heart = heart
        if case .ready = state { failures = 0 }
        return []
    }

    private mutating func receivedReady(sequence: Int, id: String, address: GatewayAddress?) -> [Action] {
        guard case .identifying(let heart, _) = state else { return [] }
        state = .ready(heart)
        let session = Session(id: id, address: address ?? configuration.address, sequence: sequence)
        self.session = session
        return [.sessionBegan(session), .deliver]
    }

    /// A sequence not above the last one is a replay of what we have.
    private mutating func advance(to sequence: Int) -> [Action] {
        guard var session else { return [.deliver] }
        guard sequence > session.sequence else { return [] }
        session.sequence = sequence
        self.session = session
        return [.deliver]
    }

    /// A slot was asked for, and the gate has not answered.
    var awaitsPermit: Bool {
        if case .awaitingPermit(_, nil) = state { true } else { false }
    }

    /// The gate has reserved `moment` for this shard.
    mutating func identifyPermitted(at moment: Timestamp, now: Timestamp) -> [Action] {
        guard case .awaitingPermit(let heart, nil) = state else { return [] }
        guard moment <= now else {
            state = .awaitingPermit(heart, at: moment)
            return []
        }
        return identify(heart, at: now)
    }

    private mutating func identify(_ heart: Heart, at now: Timestamp) -> [Action] {
        state = .identifying(heart, until: now + configuration.readyTimeout)
        return send(.identify, at: now)
    }

    /// When ``tick(at:handled:)`` is due.
    var deadline: Timestamp? {
        switch state {
        case .awaitingHello(let until): until
        case .awaitingPermit(let heart, let at): at.map { min($0, heart.nextBeat) } ?? heart.nextBeat
        case .identifying(let heart, let until), .resuming(let heart, let until): min(until, heart.nextBeat)
        case .ready(let heart): heart.nextBeat
        case .waiting, .connecting, .closing, .stopped, .failed: nil
        }
    }

    /// Time has passed.
    ///
    /// - Parameter handled: the sequence up to which all events have been handled, which is what a heartbeat reports.
    mutating func tick(at now: Timestamp, handled: Int?) -> [Action] {
        switch state {
        case .awaitingHello(let until) where until <= now: return close(.backoff)
        case .identifying(let heart, let until) where until <= now:
            guard isReaderPaused else { return close(.backoff) }
            state = .identifying(heart, until: now + configuration.readyTimeout)
        case .resuming(let heart, let until) where until <= now:
            guard isReaderPaused else { return close(.backoff) }
            state = .resuming(heart, until: now + configuration.readyTimeout)
        default: break
        }
        guard var heart else { return [] }
        var actions: [Action] = []
        if heart.nextBeat <= now {
            guard heart.beatAt == nil || isReaderPaused else { return close(.atOnce) }
            heart.beatAt = now
            heart.nextBeat = now + heart.interval
            self.heart = heart
            actions += send(.heartbeat(sequence: session.map { min($0.sequence, handled ?? $0.sequence) }), at: now)
        }
        if case .awaitingPermit(let heart, let at?) = state, at <= now { actions += identify(heart, at: now) }
        return actions + flushCommands(at: now)
    }

    /// A command of ours: it goes at once, or when the send limit and the connection allow.
    mutating func enqueue(_ command: ByteBuffer, at now: Timestamp) throws(GatewayError) -> [Action] {
        guard commands.count < configuration.maxWaitingCommands else {
            throw GatewayError(.tooManyCommands, detail: "\(commands.count) wait already")
        }
        commands.append(command)
        return flushCommands(at: now)
    }

    private mutating func flushCommands(at now: Timestamp) -> [Action] {
        guard case .ready = state else { return [] }
        var actions: [Action] = []
        while let command = commands.first, limiter.nextSlot(from: now) <= now {
            commands.removeFirst()
            actions += send(.command(command), at: now)
        }
        return actions
    }

    private mutating func send(_ payload: Outgoing, at now: Timestamp) -> [Action] {
        limiter.record(at: now)
        return [.send(payload)]
    }
}
