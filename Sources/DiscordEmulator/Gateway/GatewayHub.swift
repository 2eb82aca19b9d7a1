import OrderedCollections
import Support

/// All sessions and the sockets that hold them. Frames go into each socket's bounded outbox; a socket that does not keep up is cut, and
/// its session can be resumed. The sockets themselves are ``GatewaySocket``'s.
struct GatewayHub: Sendable {
    struct Configuration: Sendable {
        /// How long a session waits for a resume.
        var sessionLifetime: Duration = .seconds(180)
        var replayEvents = 10_000
        var replayBytes = 64 << 20
        var maximumSessions = 1_000
        var maximumConnections = 1_000
        var machine = GatewayMachine.Configuration()
    }

    /// What a socket's writer is told.
    enum Outgoing: Sendable {
        case frame([UInt8])
        /// Without a code the socket is just cut.
        case close(code: Int?, reason: String)
    }

    struct Connection: Sendable {
        let id: Int
        let openedAt: Timestamp
        let compression: GatewayCompression?
        var machine: GatewayMachine
        var sessionID: String?
        /// Set once the emulator has closed it.
        var isClosing = false
        let outbox: AsyncStream<Outgoing>.Continuation

    }

    let configuration: Configuration
    private(set) var connections: OrderedDictionary<Int, Connection> = [:]
    private(set) var sessions: OrderedDictionary<String, GatewaySession> = [:]
    private var nextConnection = 1
    /// The time of the present step, for the log.
    var now = Timestamp(millisecondsSinceEpoch: 0)
    var frames = FrameLog()

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// Goes on with the numbers and the log of a hub that this one replaces: its sockets may still end.
    mutating func follow(_ earlier: GatewayHub) {
        nextConnection = earlier.nextConnection
        frames = earlier.frames
    }

    func isOnline(_ applicationID: ID) -> Bool {
        sessions.values.contains { $0.applicationID == applicationID && $0.connectionID != nil }
    }

    /// A new socket, greeted with HELLO; nil when there are too many.
    mutating func connect(
        _ outbox: AsyncStream<Outgoing>.Continuation, compression: GatewayCompression?, version: Int, at now: Timestamp
    ) -> Int? {
        guard connections.count < configuration.maximumConnections else { return nil }
        let id = nextConnection
        nextConnection += 1
        let machine = GatewayMachine(configuration.machine, version: version, at: now)
        let connection = Connection(id: id, openedAt: now, compression: compression, machine: machine, outbox: outbox)
        connections[id] = connection
        log(.opened(compression: compression), id)
        send(machine.hello, on: id)
        return id
    }

    /// A frame of the bot, through the socket's machine.
    mutating func received(_ bytes: [UInt8], on id: Int, at now: Timestamp) -> [GatewayMachine.Action] {
        log(.received(bytes), id)
        return connections[id]?.machine.received(bytes, at: now) ?? []
    }

    func heartbeatDue(_ id: Int) -> Timestamp? { connections[id]?.machine.heartbeatDue }

    /// Closes a socket with a code, as after a wrong token.
    mutating func refuse(_ id: Int, _ code: Int, _ reason: String) {
        _ = connections[id]?.machine.close(code, reason)
        close(id, code, reason)
    }

    /// Sends a frame; a socket whose outbox is full is one that nobody reads, and is cut.
    mutating func send(_ frame: [UInt8], on id: Int) {
        guard let connection = connections[id] else { return }
        log(.sent(frame), id)
        if case .dropped = connection.outbox.yield(.frame(frame)) { connection.outbox.finish() }
    }

    mutating func send(_ json: JSON, on id: Int) { send(json.bytes, on: id) }

    mutating func close(_ id: Int, _ code: Int?, _ reason: String) {
        guard let connection = connections[id] else { return }
        if !connection.isClosing { log(.closed(code: code, reason: reason, byBot: false), id) }
        connections[id]?.isClosing = true
        connection.outbox.yield(.close(code: code, reason: reason))
        connection.outbox.finish()
    }

    private mutating func log(_ content: FrameLog.Content, _ id: Int) {
        let application = connections[id]?.sessionID.flatMap { sessions[$0]?.applicationID }
        frames.add(content, connection: id, application: application, at: now)
    }

    /// A new session on a socket; its first event is READY.
    mutating func begin(_ id: Int, _ identify: GatewayMachine.Identify, applicationID: ID, sessionID: String, ready: JSON) {
        guard connections[id] != nil else { return }
        while sessions.count >= configuration.maximumSessions { sessions.removeFirst() }
        let ear = GatewaySession.Ear(
            applicationID: applicationID, intents: identify.intents, shard: identify.shard, shardCount: identify.shardCount)
        var session = GatewaySession(
            id: sessionID, ear: ear, token: identify.token, limitEvents: configuration.replayEvents, limitBytes: configuration.replayBytes)
        session.connectionID = id
        let frame = session.dispatch("READY", ready.bytes)
        sessions[sessionID] = session
        connections[id]?.sessionID = sessionID
        connections[id]?.machine.accepted()
        send(frame, on: id)
    }

    /// Puts a session without a socket among the others.
    mutating func keep(_ session: GatewaySession) { sessions[session.id] = session }

    enum Resumption: Sendable {
        case resumed
        /// There is no such session (any more).
        case gone
        /// The bot claims to have what was never sent.
        case impossible
    }

    /// Takes a session up again: the missed events in order, then RESUMED.
    mutating func resume(_ id: Int, token: String, sessionID: String, sequence: Int, at now: Timestamp) -> Resumption {
        expireSessions(at: now)
        guard let session = sessions[sessionID], session.token == token else { return .gone }
        guard sequence <= session.sequence, sequence >= 0 else { return .impossible }
        guard let missed = session.events(after: sequence) else { return .gone }
        // An older socket that still holds it loses it.
        if let old = session.connectionID, old != id {
            connections[old]?.sessionID = nil
            close(old, 4009, "Session timed out.")
        }
        sessions[sessionID]?.connectionID = id
        sessions[sessionID]?.detachedAt = nil
        connections[id]?.sessionID = sessionID
        connections[id]?.machine.accepted()
        for frame in missed { send(frame, on: id) }
        send("RESUMED", ["_trace": []], to: sessionID)
        return .resumed
    }

    /// The socket is gone. A bot that closes with 1000 or 1001 ends its session, anything else leaves it to be resumed, and so does a
    /// bot that repeats the code with which the emulator closed.
    mutating func disconnected(_ id: Int, code: Int?, at now: Timestamp) {
        guard let connection = connections[id] else { return }
        if !connection.isClosing { log(.closed(code: code, reason: "", byBot: true), id) }
        connections[id] = nil
        connection.outbox.finish()
        guard let sessionID = connection.sessionID, sessions[sessionID]?.connectionID == id else { return }
        if !connection.isClosing, code == 1000 || code == 1001 {
            sessions[sessionID] = nil
        } else {
            sessions[sessionID]?.connectionID = nil
            sessions[sessionID]?.detachedAt = now
        }
    }

    mutating func expireSessions(at now: Timestamp) {
        let lifetime = configuration.sessionLifetime
        sessions.removeAll { $0.value.detachedAt.map { now - $0 > lifetime } ?? false }
    }

    /// Sends an event of the world to each session that may hear it.
    mutating func publish(_ event: WorldEvent, in world: World) {
        for id in sessions.keys {
            guard let ear = sessions[id]?.ear else { continue }
            for dispatch in Dispatch.make(event, for: ear, in: world) { send(dispatch.name, dispatch.data, to: id) }
        }
    }

    /// Numbers an event, keeps it for a resume, and sends it if there is a socket.
    mutating func send(_ name: String, _ data: JSON, to sessionID: String) {
        guard let frame = sessions[sessionID]?.dispatch(name, data.bytes), let connection = sessions[sessionID]?.connectionID else {
            return
        }
        send(frame, on: connection)
    }
}

// What faults do, and what the control API shows.
extension GatewayHub {
    /// Closes every socket: with a code, or just cut. The sessions can be resumed.
    mutating func disconnectAll(code: Int?) { for id in connections.keys { close(id, code, "") } }

    mutating func sendAll(_ json: JSON) { for id in connections.keys { send(json, on: id) } }

    /// Ends every session of an application, as after its token was taken away.
    mutating func end(_ applicationID: ID, _ code: Int, _ reason: String) {
        for session in sessions.values where session.applicationID == applicationID {
            if let connection = session.connectionID { refuse(connection, code, reason) }
            sessions[session.id] = nil
        }
    }

    mutating func forgetSessions() {
        sessions.removeAll()
        for id in connections.keys { connections[id]?.sessionID = nil }
    }

    var shown: JSON {
        let sockets = connections.values.map { connection -> JSON in
            [
                "id": .int(connection.id), "session_id": .optional(connection.sessionID),
                "compressed": .bool(connection.compression != nil),
                "compression": .optional(connection.compression?.rawValue),
                "opened_at_ms": .int(connection.openedAt.millisecondsSinceEpoch),
            ]
        }
        let kept = sessions.values.map { session -> JSON in
            [
                "session_id": .string(session.id), "application_id": .id(session.applicationID),
                "intents": .int(session.ear.intents.rawValue),
                "shard": [.int(session.ear.shard), .int(session.ear.shardCount)], "sequence": .int(session.sequence),
                "connected": .bool(session.connectionID != nil), "replay_events": .int(session.replay.count),
                "replay_bytes": .int(session.replayBytes),
            ]
        }
        return ["connections": .array(sockets), "sessions": .array(kept)]
    }
}
