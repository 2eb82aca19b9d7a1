import Support

/// The life of a job under a lease, and what ends it.
extension RedisJobQueue {
    public func claim(_ claim: JobClaim, at now: Timestamp) async throws -> [ClaimedJob] {
        let words: [RESPWord] =
            [.text(claim.worker), .text((now + claim.lease).redis), .text(String(claim.limit)), .text(String(limits.runningPerUser))]
            + [.text(String(claim.kinds?.count ?? -1))] + (claim.kinds ?? []).map { .text($0) } + claim.queues.map { .text($0) }
        return try await client.call("claim", at: now, words).array?.compactMap { value in
            guard let job = try RedisRow(value).map({ try Job(redis: $0) }) else { return nil }
            return ClaimedJob(
                job: job, lease: JobLease(requestID: job.requestID, fence: job.fence, worker: claim.worker, expiresAt: now + claim.lease))
        } ?? []
    }

    private func words(_ lease: JobLease) -> [RESPWord] {
        [.text(lease.requestID.description), .text(String(lease.fence)), .text(lease.worker)]
    }

    /// One function under a lease; a lease that does not hold is an error.
    private func call(_ name: String, under lease: JobLease, at now: Timestamp, _ arguments: [RESPWord]) async throws -> String {
        let reply = try await client.call(name, at: now, words(lease) + arguments).string ?? ""
        if reply == "stale" { throw JobQueueError.stale(lease) }
        return reply
    }

    public func renew(_ lease: JobLease, for duration: Duration, at now: Timestamp) async throws -> RenewedLease {
        let expiresAt = max(now + duration, lease.expiresAt)
        let reply = try await call("renew", under: lease, at: now, [.text(expiresAt.redis)])
        return RenewedLease(
            lease: JobLease(requestID: lease.requestID, fence: lease.fence, worker: lease.worker, expiresAt: expiresAt),
            cancelRequested: reply == "stop")
    }

    public func report(progress: Double, preview: OutputFile?, under lease: JobLease, at now: Timestamp) async throws {
        let shown = preview.flatMap { OutputFile.problem(of: [$0], fileLimit: 1, byteLimit: JobPayload.limit) == nil ? $0 : nil }
        let reply = try await call(
            "report", under: lease, at: now,
            [.text("\(progress.isFinite ? progress : 0)"), .text(shown == nil ? "0" : "1")] + (shown.map { [$0].redisWords } ?? []))
        if reply != "same", let now = Double(reply) { send(.progressed(lease.requestID, now)) }
    }

    public func cancelRequests(worker: String) async throws -> [RequestID] {
        let members = try await client.command(["SMEMBERS", key("stop:\(worker)")]).array ?? []
        return members.compactMap { $0.string.flatMap { RequestID($0) } }.sorted()
    }

    public func record(_ output: JobOutput, under lease: JobLease, at now: Timestamp) async throws -> JobOutput {
        try output.validate(lease.requestID)
        let reply = try await call("record", under: lease, at: now, [.bytes(output.summary.bytes)] + output.files.redisWords)
        if reply == "kept" { return output }
        return try await self.output(of: lease.requestID) ?? output
    }

    public func settle(
        _ lease: JobLease, as outcome: JobOutcome, at now: Timestamp, answer: @escaping FinalAnswer
    ) async throws -> Job {
        while true {
            let found = try await versioned(lease.requestID)
            // A repeat of what succeeded: the reply was lost, not the write.
            if outcome == .completed, let found, found.job.state == .completed, found.job.fence == lease.fence { return found.job }
            let job = try lease.proved(by: found?.job)
            let settled = job.settled(as: outcome, at: now)
            if let version = found?.version, try await finish(job, version, as: settled, at: now, answer: answer) { return settled }
        }
    }

    public func cancel(_ requestID: RequestID, at now: Timestamp, answer: @escaping FinalAnswer) async throws -> CancelResult {
        while true {
            guard let (job, version) = try await versioned(requestID) else { return .unknown }
            if job.state.isFinal { return .alreadyFinished(job) }
            if job.cancelRequestedAt != nil { return .alreadyRequested(job) }
            var cancelled = job
            cancelled.cancelRequestedAt = now
            if job.state != .running { cancelled.end(as: .cancelled, at: now) }
            guard try await finish(job, version, as: cancelled, at: now, answer: answer) else { continue }
            guard job.state == .running else { return .cancelled(cancelled) }
            send(.cancelRequested(requestID))
            return .requested(cancelled)
        }
    }

    /// Writes the step from one state to the next, with the answer if the job has ended. Returns false if somebody else was
    /// quicker: then nothing is written.
    func finish(_ old: Job, _ version: String, as new: Job, at now: Timestamp, answer: FinalAnswer) async throws -> Bool {
        let deliveries = new.state.isFinal ? try new.checked(answer(new)) : []
        let fields = try new.redisFields()
        var words: [RESPWord] = [.text(new.requestID.description), .text(version), .text(String(fields.count / 2))]
        words += fields.map { .text($0) }
        if new.state.isFinal, new.attempt == 0 {
            let (tag, guildTag) = (new.place.tag, new.place.guildTag)
            words += [
                tag, tag - FairShare.span(cost: new.cost, weight: new.weight), guildTag,
                guildTag - FairShare.span(cost: new.cost, weight: 100),
            ].map { .text(String($0)) }
        } else {
            words += ["", "", "", ""]
        }
        words += deliveries.flatMap { $0.redisWords(at: new.finishedAt ?? new.scheduledAt) }
        guard let count = try await client.call("move", at: now, words).integer, count >= 0 else { return false }
        if new.state == .available { send(.available(queue: new.queue)) }
        if new.state.isFinal { send(.settled(new.requestID, new.state)) }
        if count > 0 { send(.deliveries) }
        return true
    }
}
