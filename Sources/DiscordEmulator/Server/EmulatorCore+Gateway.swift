import OrderedCollections
import Support

/// The gateway side of the core: what a bot's frames do to sessions and world.
extension EmulatorCore {
    func connect(_ outbox: AsyncStream<GatewayHub.Outgoing>.Continuation, compression: GatewayCompression?, uri: String = "") -> Int? {
        let version = RequestTarget(uri).query["v"].map { Int($0) ?? 0 } ?? 10
        return step { state in
            if state.isEnding || state.faults.isDown(at: state.now) { return nil }
            return state.hub.connect(outbox, compression: compression, version: version, at: state.now)
        }
    }

    func received(_ bytes: [UInt8], on connection: Int) {
        step { state in
            for action in state.hub.received(bytes, on: connection, at: state.now) {
                switch action {
                case .send(let frame): state.hub.send(frame, on: connection)
                case .close(let code, let reason): state.hub.close(connection, code, reason)
                case .identify(let identify): begin(connection, identify, &state)
                case .resume(let token, let sessionID, let sequence):
                    resume(connection, token, sessionID, sequence, &state)
                case .members(let data): sendMembers(data, connection, &state)
                }
            }
        }
        wakeWatchers()
    }

    func disconnected(_ connection: Int, code: Int?) {
        step { state in
            let application = state.hub.connections[connection]?.sessionID.flatMap { state.hub.sessions[$0] }?.applicationID
            state.hub.disconnected(connection, code: code, at: state.now)
            if let application, !state.hub.isOnline(application) { tellPresence(application, "offline", &state) }
        }
    }

    /// Returns when no freeze is on.
    func waitWhileFrozen() async throws {
        while let until = step({ state in state.faults.frozenUntil.flatMap { state.now < $0 ? $0 - state.offset : nil } }) {
            try await clock.sleep(until: until)
        }
    }

    /// When the next heartbeat is due, on the machine's clock. Nil if it is overdue, and the socket was closed for it.
    func checkHeartbeat(_ connection: Int) -> Timestamp? {
        step { state in
            guard let due = state.hub.heartbeatDue(connection) else { return nil }
            if due <= state.now {
                state.hub.refuse(connection, 4009, "Session timed out.")
                return nil
            }
            return due - state.offset
        }
    }

    private func begin(_ connection: Int, _ identify: GatewayMachine.Identify, _ state: inout State) {
        guard let applicationID = application(ofToken: identify.token, &state) else {
            state.hub.refuse(connection, 4004, "Authentication failed.")
            return
        }
        let disallowed = state.world.applications[applicationID]?.disallowedIntents ?? []
        if !identify.intents.isDisjoint(with: disallowed) {
            state.hub.refuse(connection, 4014, "Disallowed intent(s).")
            return
        }
        switch state.world.startSession(of: applicationID, shard: identify.shard, of: identify.shardCount) {
        case .allowed: break
        case .tooFast:
            state.hub.send(["t": .null, "s": .null, "op": 9, "d": false], on: connection)
            return
        case .exhausted:
            state.hub.end(applicationID, 4004, "Authentication failed.")
            state.hub.refuse(connection, 4004, "Authentication failed.")
            return
        case .shardingRequired:
            state.hub.refuse(connection, 4011, "Sharding required.")
            return
        }
        let wasOnline = state.hub.isOnline(applicationID)
        let sessionID = String(state.world.tokens.next("session").prefix(32))
        let world = state.world
        let shard = identify.shard
        let count = identify.shardCount
        let guilds = world.guilds.values.filter {
            $0.members[applicationID] != nil && Int(($0.id.raw >> 22) % UInt64(count)) == shard
        }
        let ready: JSON = [
            "v": 10, "user": world.show(self: applicationID), "guilds": .list(guilds.map { ["id": .id($0.id), "unavailable": true] }),
            "session_id": .string(sessionID), "resume_gateway_url": .string(world.gatewayAddress), "shard": [.int(shard), .int(count)],
            "application": ["id": .id(applicationID), "flags": .int(world.applications[applicationID]?.flags ?? 0)],
            "session_type": "normal", "private_channels": [],
            "relationships": [], "user_settings": [:], "presences": [], "guild_join_requests": [], "geo_ordered_rtc_regions": [],
            "_trace": [],
        ]
        state.hub.begin(connection, identify, applicationID: applicationID, sessionID: sessionID, ready: ready)
        if identify.intents.contains(.guilds) {
            for guild in guilds { state.hub.send("GUILD_CREATE", world.showJoined(guild, for: applicationID), to: sessionID) }
        }
        if !wasOnline { tellPresence(applicationID, "online", &state) }
    }

    private func resume(_ connection: Int, _ token: String, _ sessionID: String, _ sequence: Int, _ state: inout State) {
        guard application(ofToken: token, &state) != nil else {
            state.hub.refuse(connection, 4004, "Authentication failed.")
            return
        }
        let wasOnline = state.hub.sessions[sessionID].map { state.hub.isOnline($0.applicationID) } ?? false
        switch state.hub.resume(connection, token: token, sessionID: sessionID, sequence: sequence, at: state.now) {
        case .resumed:
            if !wasOnline, let session = state.hub.sessions[sessionID] { tellPresence(session.applicationID, "online", &state) }
        case .impossible: state.hub.refuse(connection, 4007, "Invalid seq.")
        case .gone:
            // The same socket may identify afresh.
            state.hub.send(["t": .null, "s": .null, "op": 9, "d": false], on: connection)
        }
    }

    private func tellPresence(_ applicationID: ID, _ status: String, _ state: inout State) {
        state.audience.tell("presence_update", ["user_id": .id(applicationID), "status": .string(status)])
    }

    /// Op 8: one chunk holds every guild of this size.
    private func sendMembers(_ data: JSON, _ connection: Int, _ state: inout State) {
        guard let sessionID = state.hub.connections[connection]?.sessionID, let session = state.hub.sessions[sessionID],
            let guild = data["guild_id"]?.id.flatMap({ state.world.guilds[$0] }), guild.members[session.applicationID] != nil
        else { return }
        let world = state.world
        let asked = (data["user_ids"]?.array ?? data["user_ids"].map { [$0] } ?? []).compactMap(\.id)
        let start = data["query"]?.string?.lowercased() ?? ""
        let limit = Int(data["limit"]?.int ?? 0)
        var ids = asked.isEmpty ? guild.memberIDs : asked.filter { guild.members[$0] != nil }
        if !start.isEmpty { ids.removeAll { world.users[$0]?.username.lowercased().hasPrefix(start) != true } }
        if limit > 0 { ids = Array(ids.prefix(limit)) }
        var chunk: JSONObject = [
            "guild_id": .id(guild.id), "members": .list(ids.prefix(1_000).compactMap { guild.members[$0] }.map { world.show($0) }),
            "chunk_index": 0, "chunk_count": 1, "not_found": .ids(asked.filter { guild.members[$0] == nil }),
        ]
        if data["presences"]?.bool == true { chunk["presences"] = [] }
        if let nonce = data["nonce"] { chunk["nonce"] = nonce }
        state.hub.send("GUILD_MEMBERS_CHUNK", .object(chunk), to: sessionID)
    }
}
