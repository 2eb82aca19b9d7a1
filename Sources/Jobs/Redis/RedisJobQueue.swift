import Support

/// The durable queue on Redis (6.2 or newer) or Valkey: each step is one function of a script that runs in the server, so that
/// any process may die between any two, and any number of processes work side by side.
///
/// What it promises is as durable as the server: run it with `appendonly yes` and `maxmemory-policy noeviction`.
public final class RedisJobQueue: JobQueue {
    public let signals = JobSignals()
    let client: RedisClient
    let limits: JobLimits
    private let others: RedisSignals

    /// Connects when it is first asked, and again whenever that is needed.
    /// - Parameters:
    ///   - name: one that no other process has.
    ///   - patience: how long a restart of the server may take before a call fails.
    public init(_ address: RedisAddress, name: String, limits: JobLimits = JobLimits(), patience: Duration = .seconds(10)) {
        client = RedisClient(address, patience: patience)
        self.limits = limits
        others = RedisSignals(client, to: signals, name: name.replacing(" ", with: "-"))
    }

    func send(_ signal: JobSignal) {
        signals.send(signal)
        others.publish(signal)
    }

    func key(_ name: String) -> RESPWord { .text(client.address.keyPrefix + name) }

    public func enqueue(_ new: NewJob, at now: Timestamp) async throws -> EnqueueResult {
        try new.validate()
        let waitingLimit = min(limits.waitingPerUser, max(1, new.waitingLimit ?? limits.waitingPerUser))
        let startsLater = new.scheduledAt.map { $0 > now } ?? false
        var words: [RESPWord] = [
            .text(new.requestID.description), .text(String(waitingLimit)), .text(String(limits.waitingPerQueue)),
            .text(String(FairShare.span(cost: new.cost, weight: new.weight))), .text(String(FairShare.span(cost: new.cost, weight: 100))),
            .text(String(new.files.count * 3)),
        ]
        words += new.files.redisWords
        let fields: [(String, String?)] = [
            ("kind", new.kind), ("queue", new.queue), ("user", new.user), ("guild", new.guild), ("weight", String(new.weight)),
            ("cost", String(new.cost)), ("priority", String(new.priority)), ("serial", new.serialKey),
            ("maxAttempts", String(new.maxAttempts)), ("deadline", new.deadline?.redis), ("createdAt", now.redis),
            ("state", (startsLater ? JobState.scheduled : .available).rawValue),
            ("scheduledAt", (startsLater ? new.scheduledAt ?? now : now).redis),
        ]
        for (name, value) in fields { if let value { words += [.text(name), .text(value)] } }
        words += ["arguments", .bytes(new.arguments.bytes)]
        let reply = try await client.call("enqueue", at: now, words).array ?? []
        switch reply.first?.string {
        case "waiting": return .refused(.tooManyWaiting(limit: waitingLimit))
        case "full": return .refused(.queueFull(limit: limits.waitingPerQueue))
        default: break
        }
        guard reply.count == 2, let row = try RedisRow(reply[1]) else { throw RedisError(.unexpectedReply, "Redis returned no job") }
        let job = try Job(redis: row)
        guard reply[0].string == "enqueued" else { return .existing(job) }
        if job.state == .available { send(.available(queue: job.queue)) }
        return .enqueued(job)
    }

    public func job(_ requestID: RequestID) async throws -> Job? { try await versioned(requestID)?.job }

    public func jobs(of user: String, limit: Int) async throws -> [Job] {
        guard limit > 0 else { return [] }
        var jobs: [Job] = []
        for id in try await client.command(["ZREVRANGE", key("by:\(user)"), "0", .text(String(limit - 1))]).array ?? [] {
            if let id = id.string.flatMap({ RequestID($0) }), let job = try await job(id) { jobs.append(job) }
        }
        return jobs
    }

    /// The job, and how often it has changed.
    func versioned(_ requestID: RequestID) async throws -> (job: Job, version: String)? {
        guard let row = try RedisRow(await client.command(["HGETALL", key("j:\(requestID)")])) else { return nil }
        return (try Job(redis: row), try row.get("v"))
    }

    public func place(of requestID: RequestID) async throws -> QueuePlace? {
        let values = try await client.call("place", [.text(requestID.description)])
        guard let values = values.array, values.count >= 4, let state = values[0].string.flatMap({ JobState(rawValue: $0) }) else {
            return nil
        }
        var units = 0
        for index in stride(from: 4, to: values.count - 1, by: 2) {
            let (cost, progress) = (Double(values[index].integer ?? 0), Double(values[index + 1].string ?? "") ?? 0)
            units += Int((cost * (1 - progress)).rounded(.up))
        }
        return QueuePlace(
            state: state, jobsAhead: Int(values[1].integer ?? 0), unitsAhead: Int(values[2].integer ?? 0), running: (values.count - 4) / 2,
            unitsRunning: units, units: Int(values[3].integer ?? 0))
    }

    public func output(of requestID: RequestID) async throws -> JobOutput? {
        guard let row = try RedisRow(await client.command(["HGETALL", key("o:\(requestID)")])) else { return nil }
        return JobOutput(summary: JobPayload(bytes: try row.bytes("0")), files: try row.files(from: 1))
    }

    public func outputFile(of requestID: RequestID, named name: String) async throws -> OutputFile? {
        try await file(named: name, in: "o:\(requestID)", from: 1)
    }

    public func startingFile(of requestID: RequestID, named name: String) async throws -> OutputFile? {
        try await file(named: name, in: "s:\(requestID)", from: 0)
    }

    /// One file of several, without loading the others.
    private func file(named name: String, in list: String, from first: Int) async throws -> OutputFile? {
        let numbers = (0..<JobOutput.fileLimit).map { first + 3 * $0 }
        let names = try await client.command(["HMGET", key(list)] + numbers.map { .text(String($0)) }).array ?? []
        guard let index = names.firstIndex(where: { $0.string == name }) else { return nil }
        let at = numbers[index]
        let parts = try await client.command(["HMGET", key(list), .text(String(at + 1)), .text(String(at + 2))]).array ?? []
        guard parts.count == 2, let type = parts[0].string, let bytes = parts[1].data else { return nil }
        return OutputFile(name: name, contentType: type, bytes: bytes)
    }

    public func preview(of requestID: RequestID) async throws -> OutputFile? {
        try RedisRow(await client.command(["HGETALL", key("p:\(requestID)")]))?.files(from: 0).first
    }

    public func recentDurations(queue: String, limit: Int) async throws -> [Duration] {
        let values = try await client.call("durations", [.text(queue), .text(String(limit))]).array ?? []
        return stride(from: 0, to: values.count - 2, by: 3).map { index -> Duration in
            let (begun, ended, cost) = (values[index].integer ?? 0, values[index + 1].integer ?? 0, values[index + 2].integer ?? 1)
            return .milliseconds((ended - begun) / max(1, cost))
        }
    }

    public func depths() async throws -> [QueueDepth] {
        let values = try await client.call("depths", []).array ?? []
        return stride(from: 0, to: values.count - 3, by: 4).map { index -> QueueDepth in
            let oldest = values[index + 3].integer.map { Timestamp(millisecondsSinceEpoch: $0) }
            let (waiting, running) = (Int(values[index + 1].integer ?? 0), Int(values[index + 2].integer ?? 0))
            return QueueDepth(queue: values[index].string ?? "", waiting: waiting, running: running, oldestAvailable: oldest)
        }
    }

    /// What is wrong with the server for keeping promises, and what to do; empty when all is well.
    public func check() async throws -> [String] {
        var faults: [String] = []
        let info = try await client.command(["INFO", "server"]).string ?? ""
        let version = info.firstMatch(of: /redis_version:(\d+)\.(\d+)/).flatMap { match in Int(match.1).map { ($0, Int(match.2) ?? 0) } }
        if let version, version < (6, 2) { faults.append("Redis \(version.0).\(version.1) is too old: use 6.2 or newer.") }
        // A server whose settings nobody may ask is its keeper's affair.
        guard let settings = try? await client.command(["CONFIG", "GET", "*"]).array else { return faults }
        func setting(_ name: String) -> String? {
            settings.firstIndex { $0.string == name }.flatMap { settings.indices.contains($0 + 1) ? settings[$0 + 1].string : nil }
        }
        if setting("appendonly") == "no" {
            faults.append("Redis forgets accepted requests when it restarts: set appendonly yes.")
        }
        if let policy = setting("maxmemory-policy"), policy != "noeviction" {
            faults.append("Redis may throw accepted requests away when memory is short: set maxmemory-policy noeviction, not \(policy).")
        }
        return faults
    }
}
