import NIOCore
import Support

extension Shard {
    /// The life of a shard as a value: what came in, what is to be done. No socket, no clock, no randomness, no JSON.
    ///
    ///     waiting → connecting → awaitingHello → awaitingPermit → identifying ─┐
    ///        ↑                                └→ resuming ──────────────────────┴→ ready
    ///        └────────── closing ← (missed ack, op 7, op 9, silence) ← any of these
    ///
    /// ``Shard`` asks ``nextStep(at:)`` between connections and calls one method per event during one; each returns what to
    /// do. ``deadline`` says when to call ``tick(at:handled:)`` next; after HELLO it only ever moves later.
    struct StateMachine {
        struct Configuration: Sendable {
            var address: GatewayAddress
            /// How long HELLO may take from the moment the socket is open.
            var helloTimeout: Duration = .seconds(20)
            /// How long the gateway may be silent between identify or resume and READY or RESUMED.
            var readyTimeout: Duration = .seconds(60)
            var backoff = Backoff(base: .seconds(1), cap: .seconds(30))
            /// Failed connections in a row after which a resume is tried at the original address.
            var failuresBeforeOriginalAddress = 3
            /// Refused resumes in a row after which the session is given up.
            var refusedResumesBeforeNewSession = 3
            /// Commands that may wait for the send limit.
            var maxWaitingCommands = 64
        }

        /// What a resume needs.
        struct Session: Equatable, Sendable {
            var id: String
            var address: GatewayAddress
            /// The last sequence received.
            var sequence: Int
        }

        /// A payload from the gateway, as far as the machine needs to know it.
        enum Signal: Equatable, Sendable {
            case hello(interval: Duration)
            case heartbeatRequest
            case heartbeatAck
            case reconnect
            case invalidSession(resumable: Bool)
            case ready(sequence: Int, sessionID: String, address: GatewayAddress?)
            case resumed(sequence: Int)
            case dispatch(sequence: Int)
            /// No envelope, or one that could not be read.
            case unreadable
            /// An opcode that is not for clients, or a new one.
            case unknown(opcode: Int)
        }

        enum Outgoing: Equatable, Sendable {
            case heartbeat(sequence: Int?)
            case identify
            case resume(sessionID: String, sequence: Int)
            case command(ByteBuffer)
        }

        enum Action: Equatable {
            case send(Outgoing)
            /// Reserve a slot at the identify gate, then call ``identifyPermitted(at:now:)``.
            case requestIdentifyPermit
            case close(code: UInt16)
            /// The dispatch just received is new: hand it on.
            case deliver
            /// A session has begun; its id is worth saving.
            case sessionBegan(Session)
            /// The session is gone; forget what was saved.
            case sessionLost
        }

        enum Step: Equatable {
            case connect(GatewayAddress)
            case wait(until: Timestamp)
            case stop
            case fail(GatewayError)
        }

        struct Heart: Equatable {
            let interval: Duration
            var nextBeat: Timestamp
            /// When the last regular beat went out, while its ack is missing.
            var beatAt: Timestamp?
        }

        enum State: Equatable {
            case waiting(until: Timestamp)
            case connecting
            case awaitingHello(until: Timestamp)
            /// `at` is nil until the gate has answered.
            case awaitingPermit(Heart, at: Timestamp?)
            case identifying(Heart, until: Timestamp)
            case resuming(Heart, until: Timestamp)
            case ready(Heart)
            /// We have closed and wait for the socket's end; what still comes is not read, and so comes again.
            case closing(refusedResume: Bool)
            case stopped
            case failed(GatewayError)
        }

        /// How long to wait after the connection now closing.
        enum Plan: Equatable {
            case backoff
            case atOnce
            case after(Duration)
        }

        let configuration: Configuration
        var state: State = .waiting(until: Timestamp(millisecondsSinceEpoch: 0))
        var session: Session?
        var plan: Plan = .backoff
        var isStopping = false
        /// Connections in a row that did not live to an acknowledged heartbeat in the ready state.
        var failures = 0
        var refusedResumes = 0
        var limiter = SendLimiter()
        var commands: [ByteBuffer] = []
        /// While the reader itself is held up, acks lie unread and their absence proves nothing.
        var isReaderPaused = false
        /// From the last beat to its ack.
        var latency: Duration?

        init(configuration: Configuration, session: Session? = nil) {
            self.configuration = configuration
            self.session = session
        }
    }
}

extension Shard.StateMachine {
    /// Between connections: what to do now.
    mutating func nextStep(at now: Timestamp) -> Step {
        switch state {
        case .waiting(let until) where until > now: return .wait(until: until)
        case .waiting:
            state = .connecting
            guard let session, failures < configuration.failuresBeforeOriginalAddress else { return .connect(configuration.address) }
            return .connect(session.address)
        case .failed(let error): return .fail(error)
        case .stopped: return .stop
        case .connecting, .awaitingHello, .awaitingPermit, .identifying, .resuming, .ready, .closing:
            preconditionFailure("a step is asked for only between connections")
        }
    }

    /// The socket is open and upgraded.
    mutating func connected(at now: Timestamp) -> [Action] {
        guard case .connecting = state else { return [.close(code: GatewayCloseVerdict.keepSession)] }
        limiter = SendLimiter()
        isReaderPaused = false
        state = .awaitingHello(until: now + configuration.helloTimeout)
        return []
    }

    /// The connection could not be made, or has ended, with the close code if there was one.
    mutating func disconnected(code: UInt16?, at now: Timestamp, jitter: Double) -> [Action] {
        let wasRefusedResume =
            switch state {
            case .resuming: true
            case .closing(let refusedResume): refusedResume
            default: false
            }
        switch state {
        case .stopped, .failed: return []
        default: break
        }
        guard !isStopping else {
            state = .stopped
            return []
        }
        var actions: [Action] = []
        let verdict = GatewayCloseVerdict(closeCode: code)
        if case .fatal(let error) = verdict {
            state = .failed(error)
            return loseSession()
        }
        if wasRefusedResume, session != nil { refusedResumes += 1 }
        if verdict == .newSession || refusedResumes >= configuration.refusedResumesBeforeNewSession { actions += loseSession() }
        failures += 1
        let backoff = configuration.backoff.delay(attempt: failures, jitter: jitter)
        let delay: Duration =
            switch plan {
            case .backoff: backoff
            case .atOnce: failures > 1 ? backoff : .zero
            case .after(let least): failures > 1 ? max(least, backoff) : least
            }
        plan = .backoff
        state = .waiting(until: now + delay)
        return actions
    }

    /// The process ends: leave so that the session can be resumed by the next one.
    mutating func shutDown() -> [Action] {
        isStopping = true
        switch state {
        case .waiting, .connecting:
            state = .stopped
            return []
        case .awaitingHello, .awaitingPermit, .identifying, .resuming, .ready: return close(.backoff)
        case .closing, .stopped, .failed: return []
        }
    }

    mutating func loseSession() -> [Action] {
        refusedResumes = 0
        guard session != nil else { return [] }
        session = nil
        return [.sessionLost]
    }

    mutating func close(_ plan: Plan, code: UInt16 = GatewayCloseVerdict.keepSession) -> [Action] {
        self.plan = plan
        if case .resuming = state { state = .closing(refusedResume: true) } else { state = .closing(refusedResume: false) }
        return [.close(code: code)]
    }

    /// The heart of the running connection, where there is one.
    var heart: Heart? {
        get {
            switch state {
            case .awaitingPermit(let heart, _), .identifying(let heart, _), .resuming(let heart, _), .ready(let heart): heart
            case .waiting, .connecting, .awaitingHello, .closing, .stopped, .failed: nil
            }
        }
        set {
            guard let newValue else { return }
            switch state {
            case .awaitingPermit(_, let at): state = .awaitingPermit(newValue, at: at)
            case .identifying(_, let until): state = .identifying(newValue, until: until)
            case .resuming(_, let until): state = .resuming(newValue, until: until)
            case .ready: state = .ready(newValue)
            case .waiting, .connecting, .awaitingHello, .closing, .stopped, .failed: break
            }
        }
    }
}
