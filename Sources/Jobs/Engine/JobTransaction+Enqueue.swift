import Support

extension JobTransaction {
    /// Accepts a job once for each request id, gives it its place in the fair order, and counts it.
    mutating func enqueue(_ new: NewJob, limits: JobLimits, at now: Timestamp) throws -> EnqueueResult {
        try new.validate()
        if let existing = try job(new.requestID) { return .existing(existing) }
        let waitingLimit = min(limits.waitingPerUser, max(1, new.waitingLimit ?? limits.waitingPerUser))
        if let user = new.user, try waitingCount(user: user) >= waitingLimit { return .refused(.tooManyWaiting(limit: waitingLimit)) }
        let line = try line(new.queue)
        guard line.waiting < limits.waitingPerQueue else { return .refused(.queueFull(limit: limits.waitingPerQueue)) }

        let (user, guild) = new.shareHolders
        let span = FairShare.span(cost: new.cost, weight: new.weight)
        let guildSpan = FairShare.span(cost: new.cost, weight: 100)
        let place = FairPlace(
            tag: FairShare.tag(queueTime: line.time, lastTag: try lastTag(user), span: span),
            guildTag: FairShare.tag(queueTime: line.guildTime, lastTag: try lastTag(guild), span: guildSpan))
        let startsLater = new.scheduledAt.map { $0 > now } ?? false
        let job = try insert(
            Job(
                id: 0, requestID: new.requestID, kind: new.kind, queue: new.queue, arguments: new.arguments, user: new.user,
                guild: new.guild, weight: new.weight, cost: new.cost, priority: new.priority, serialKey: new.serialKey,
                maxAttempts: new.maxAttempts, deadline: new.deadline, createdAt: now, state: startsLater ? .scheduled : .available,
                scheduledAt: startsLater ? new.scheduledAt ?? now : now, place: place))
        if !new.files.isEmpty { try insert(startingFiles: new.files, of: new.requestID) }
        try setLastTag(place.tag, of: user)
        try setLastTag(place.guildTag, of: guild)
        try move(new.queue, by: LineStep(waiting: 1))
        if job.state == .available { signals.append(.available(queue: job.queue)) }
        return .enqueued(job)
    }

    /// Gives back the share that a job ending before its first attempt took, if its holder asked for nothing since.
    mutating func returnShare(of job: Job) throws {
        guard job.attempt == 0 else { return }
        let (user, guild) = job.shareHolders
        let (tag, guildTag) = (job.place.tag, job.place.guildTag)
        try returnTag(tag, to: tag - FairShare.span(cost: job.cost, weight: job.weight), of: user)
        try returnTag(guildTag, to: guildTag - FairShare.span(cost: job.cost, weight: 100), of: guild)
    }
}

extension NewJob {
    var shareHolders: (user: ShareHolder, guild: ShareHolder) {
        (ShareHolder(queue: queue, level: .user, key: user ?? ""), ShareHolder(queue: queue, level: .guild, key: guild ?? ""))
    }
}

extension Job {
    var shareHolders: (user: ShareHolder, guild: ShareHolder) {
        (ShareHolder(queue: queue, level: .user, key: user ?? ""), ShareHolder(queue: queue, level: .guild, key: guild ?? ""))
    }
}
