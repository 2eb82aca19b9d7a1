import Support

/// Rows in dictionaries: the plainest statement of what a store must find. Everything open is scanned, so it is also the
/// reference that the SQL driver is compared with.
struct MemoryJobStore: JobTransaction {
    var signals: [JobSignal] = []

    private(set) var jobs: [RequestID: Job] = [:]
    private var open: Set<RequestID> = []
    private var lastJobID: Int64 = 0
    private(set) var lines: [String: QueueLine] = [:]
    private var shares: [ShareHolder: Int64] = [:]
    private var outputs: [RequestID: (output: JobOutput, recordedAt: Timestamp)] = [:]
    private var startingFiles: [RequestID: [OutputFile]] = [:]
    private var previews: [RequestID: OutputFile] = [:]
    private(set) var outbox: [Int64: Delivery] = [:]
    private var outboxOfRequest: [RequestID: [Int64]] = [:]
    private var openDeliveries: Set<Int64> = []
    private var lastDeliveryID: Int64 = 0

    private var openJobs: some Sequence<Job> { open.lazy.compactMap { jobs[$0] } }

    // MARK: Jobs

    var isAlone: Bool { true }

    func job(_ requestID: RequestID) -> Job? { jobs[requestID] }

    func keptJob(_ requestID: RequestID) -> Job? { jobs[requestID] }

    mutating func insert(_ job: Job) -> Job {
        lastJobID += 1
        let stored = job.numbered(lastJobID)
        jobs[job.requestID] = stored
        open.insert(job.requestID)
        return stored
    }

    mutating func update(_ job: Job) {
        jobs[job.requestID] = job
        if job.state.isFinal { open.remove(job.requestID) }
    }

    mutating func remove(_ job: Job) {
        (jobs[job.requestID], outputs[job.requestID], startingFiles[job.requestID]) = (nil, nil, nil)
        for delivery in outboxOfRequest.removeValue(forKey: job.requestID) ?? [] { outbox[delivery] = nil }
    }

    mutating func updateLease(_ job: Job) { update(job) }

    mutating func updateProgress(_ job: Job) { update(job) }

    func waitingCount(user: String) -> Int { openJobs.count { $0.user == user && $0.state.isWaiting } }

    func nextClaimable(queue: String, kinds: [String]?, at now: Timestamp, runningPerUser: Int, keeping: Bool) -> Job? {
        var runningOfUser: [String: Int] = [:]
        var firstOfKey: [String: Int64] = [:]
        var runningKeys: Set<String> = []
        for job in openJobs {
            if job.state == .running, let user = job.user { runningOfUser[user, default: 0] += 1 }
            guard let key = job.serialKey else { continue }
            if job.state == .running { runningKeys.insert(key) }
            if job.state == .available || job.state == .retryable { firstOfKey[key] = min(firstOfKey[key] ?? .max, job.id) }
        }
        return openJobs.filter { job in
            guard job.queue == queue, job.state == .available, job.deadline.map({ $0 > now }) ?? true else { return false }
            if let kinds, !kinds.contains(job.kind) { return false }
            if let user = job.user, runningOfUser[user, default: 0] >= runningPerUser { return false }
            guard let key = job.serialKey else { return true }
            return !runningKeys.contains(key) && firstOfKey[key] == job.id
        }.min { $0.goesBefore($1) }
    }

    func ahead(of job: Job) -> (jobs: Int, units: Int) {
        let before = openJobs.filter { $0.queue == job.queue && $0.state == .available && $0.goesBefore(job) }
        return before.reduce((0, 0)) { ($0.0 + 1, $0.1 + $1.cost) }
    }

    func running(queue: String) -> [(cost: Int, progress: Double)] {
        openJobs.filter { $0.queue == queue && $0.state == .running }.map { ($0.cost, $0.progress) }
    }

    func dueJobs(at now: Timestamp, limit: Int) -> [Job] {
        earliest(limit, by: \.scheduledAt) { ($0.state == .scheduled || $0.state == .retryable) && $0.scheduledAt <= now }
    }

    func lostJobs(at now: Timestamp, limit: Int) -> [Job] {
        earliest(limit, by: { $0.leaseExpiresAt ?? now }) { $0.state == .running && $0.leaseExpiresAt.map { $0 <= now } ?? false }
    }

    func expiredJobs(at now: Timestamp, limit: Int) -> [Job] {
        earliest(limit, by: { $0.deadline ?? now }) { $0.state.isWaiting && $0.deadline.map { $0 <= now } ?? false }
    }

    private func earliest(_ limit: Int, by moment: (Job) -> Timestamp, where matches: (Job) -> Bool) -> [Job] {
        Array(openJobs.filter(matches).sorted { (moment($0), $0.id) < (moment($1), $1.id) }.prefix(limit))
    }

    // MARK: Lines and shares

    func line(_ queue: String) -> QueueLine { lines[queue] ?? QueueLine(queue: queue) }

    mutating func move(_ queue: String, by step: LineStep) {
        var line = line(queue)
        line.time = max(line.time, step.time)
        line.guildTime = max(line.guildTime, step.guildTime)
        line.waiting += step.waiting
        lines[queue] = line
    }

    func lastTag(_ holder: ShareHolder) -> Int64? { shares[holder] }

    mutating func setLastTag(_ tag: Int64, of holder: ShareHolder) { shares[holder] = tag }

    // MARK: Files

    mutating func insert(startingFiles files: [OutputFile], of requestID: RequestID) { startingFiles[requestID] = files }

    func startingFile(of requestID: RequestID, named name: String) -> OutputFile? { startingFiles[requestID]?.first { $0.name == name } }

    mutating func setPreview(_ preview: OutputFile?, of requestID: RequestID) { previews[requestID] = preview }

    func preview(of requestID: RequestID) -> OutputFile? { previews[requestID] }

    mutating func returnTag(_ tag: Int64, to earlier: Int64, of holder: ShareHolder) {
        if shares[holder] == tag { shares[holder] = earlier }
    }

    // MARK: Outputs

    func output(of requestID: RequestID) -> JobOutput? { outputs[requestID]?.output }

    mutating func insert(_ output: JobOutput, of requestID: RequestID, at now: Timestamp) {
        outputs[requestID] = (output, now)
    }

    // MARK: Outbox

    mutating func insert(_ new: NewDelivery, at now: Timestamp) -> Bool {
        // A repeat spends an id too, as a database's counter does.
        lastDeliveryID += 1
        let earlier = outboxOfRequest[new.requestID, default: []]
        guard !earlier.contains(where: { outbox[$0]?.kind == new.kind && outbox[$0]?.sequence == new.sequence }) else { return false }
        outbox[lastDeliveryID] = Delivery(
            id: lastDeliveryID, requestID: new.requestID, kind: new.kind, sequence: new.sequence, payload: new.payload,
            deadline: new.deadline, createdAt: now, state: .waiting, nextAttemptAt: max(new.notBefore ?? now, now))
        outboxOfRequest[new.requestID, default: []].append(lastDeliveryID)
        openDeliveries.insert(lastDeliveryID)
        return true
    }

    func delivery(_ id: Int64) -> Delivery? { outbox[id] }

    mutating func update(_ delivery: Delivery) {
        outbox[delivery.id] = delivery
        if delivery.state.isFinal { openDeliveries.remove(delivery.id) }
    }

    func dueDeliveries(at now: Timestamp, limit: Int) -> [Delivery] {
        let due = openDeliveries.compactMap { outbox[$0] }.filter { delivery in
            guard delivery.nextAttemptAt <= now else { return false }
            if delivery.state == .delivering, let lease = delivery.leaseExpiresAt, lease > now { return false }
            return outboxOfRequest[delivery.requestID, default: []].first { openDeliveries.contains($0) } == delivery.id
        }
        return Array(due.sorted { ($0.nextAttemptAt, $0.id) < ($1.nextAttemptAt, $1.id) }.prefix(limit))
    }

    // MARK: What only the driver asks

    func deliveries(of requestID: RequestID) -> [Delivery] { outboxOfRequest[requestID, default: []].compactMap { outbox[$0] } }

    func nextDeliveryAt() -> Timestamp? {
        openDeliveries.compactMap { outbox[$0] }.map { max($0.nextAttemptAt, $0.leaseExpiresAt ?? $0.nextAttemptAt) }.min()
    }

    func cancelRequests(worker: String) -> [RequestID] {
        openJobs.filter { $0.worker == worker && $0.cancelRequestedAt != nil }.map(\.requestID).sorted()
    }

    func jobs(of user: String, limit: Int) -> [Job] {
        Array(jobs.values.filter { $0.user == user }.sorted { $0.id > $1.id }.prefix(limit))
    }

    func recentDurations(queue: String, limit: Int) -> [Duration] {
        jobs.values.filter { $0.queue == queue && $0.state == .completed }
            .sorted { ($1.finishedAt ?? $1.createdAt, $1.id) < ($0.finishedAt ?? $0.createdAt, $0.id) }
            .prefix(limit).compactMap(\.durationPerUnit)
    }

    func depths() -> [QueueDepth] {
        let open = Dictionary(grouping: openJobs, by: \.queue)
        return lines.keys.sorted().map { queue in
            let jobs = open[queue] ?? []
            return QueueDepth(
                queue: queue, waiting: jobs.count { $0.state.isWaiting }, running: jobs.count { $0.state == .running },
                oldestAvailable: jobs.filter { $0.state == .available }.map(\.createdAt).min())
        }
    }

    mutating func clean(keeping retention: JobRetention, at now: Timestamp, limit: Int) -> Int {
        var removed = 0
        if let span = retention.deliveries {
            for delivery in outbox.values.sorted(by: { $0.id < $1.id }) where removed < limit {
                guard let end = delivery.finishedAt, end <= now - span else { continue }
                outbox[delivery.id] = nil
                outboxOfRequest[delivery.requestID]?.removeAll { $0 == delivery.id }
                if outboxOfRequest[delivery.requestID]?.isEmpty == true { outboxOfRequest[delivery.requestID] = nil }
                removed += 1
            }
        }
        for job in jobs.values.sorted(by: { $0.id < $1.id }) where removed < limit {
            guard let end = job.finishedAt else { continue }
            if let span = retention.outputs, let recorded = outputs[job.requestID]?.recordedAt, recorded <= now - span {
                outputs[job.requestID] = nil
                removed += 1
            }
            if let span = retention.outputs, startingFiles[job.requestID] != nil, end <= now - span {
                startingFiles[job.requestID] = nil
                removed += 1
            }
            if let span = retention.jobs, end <= now - span {
                (outputs[job.requestID], startingFiles[job.requestID]) = (nil, nil)
                jobs[job.requestID] = nil
                removed += 1
            }
        }
        for (holder, tag) in shares where removed < limit && tag <= line(holder.queue).guildOrUserTime(holder.level) {
            shares[holder] = nil
            removed += 1
        }
        return removed
    }
}

extension QueueLine {
    func guildOrUserTime(_ level: ShareHolder.Level) -> Int64 { level == .user ? time : guildTime }
}

extension Job {
    func numbered(_ id: Int64) -> Job {
        Job(
            id: id, requestID: requestID, kind: kind, queue: queue, arguments: arguments, user: user, guild: guild, weight: weight,
            cost: cost, priority: priority, serialKey: serialKey, maxAttempts: maxAttempts, deadline: deadline, createdAt: createdAt,
            state: state, scheduledAt: scheduledAt, place: place)
    }

    /// The order of claims within one queue.
    func goesBefore(_ other: Job) -> Bool {
        (-priority, place.tag, place.guildTag, id) < (-other.priority, other.place.tag, other.place.guildTag, other.id)
    }

    /// What one unit of a completed job took.
    var durationPerUnit: Duration? {
        guard let attemptedAt, let finishedAt else { return nil }
        return .milliseconds((finishedAt - attemptedAt).milliseconds / Int64(cost))
    }
}
