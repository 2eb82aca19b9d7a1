import Support

extension JobTransaction {
    /// Takes the next jobs, one decision at a time: within a queue the fair order, between queues the higher priority, then
    /// the one enqueued first.
    mutating func claim(_ claim: JobClaim, limits: JobLimits, at now: Timestamp) throws -> [ClaimedJob] {
        var claimed: [ClaimedJob] = []
        while claimed.count < claim.limit {
            var next: Job?
            for queue in claim.queues {
                guard let head = try nextClaimable(queue: queue, at: now, runningPerUser: limits.runningPerUser) else { continue }
                if let best = next, (-best.priority, best.id) <= (-head.priority, head.id) { continue }
                next = head
            }
            guard var job = next else { break }
            job.state = .running
            job.attempt += 1
            job.fence += 1
            job.worker = claim.worker
            job.leaseExpiresAt = now + claim.lease
            job.attemptedAt = now
            job.progress = 0
            try update(job)
            var line = try line(job.queue)
            line.time = max(line.time, job.place.tag)
            line.guildTime = max(line.guildTime, job.place.guildTag)
            line.waiting -= 1
            try update(line)
            claimed.append(
                ClaimedJob(
                    job: job,
                    lease: JobLease(requestID: job.requestID, fence: job.fence, worker: claim.worker, expiresAt: now + claim.lease)))
        }
        return claimed
    }

    /// The job under a lease that still holds.
    func leased(_ lease: JobLease) throws -> Job { try lease.proved(by: try job(lease.requestID)) }

    mutating func renew(_ lease: JobLease, for duration: Duration, at now: Timestamp) throws -> RenewedLease {
        var job = try leased(lease)
        let expiresAt = max(now + duration, lease.expiresAt)
        job.leaseExpiresAt = expiresAt
        try updateLease(job)
        return RenewedLease(
            lease: JobLease(requestID: lease.requestID, fence: lease.fence, worker: lease.worker, expiresAt: expiresAt),
            cancelRequested: job.cancelRequestedAt != nil)
    }

    mutating func report(progress: Double, preview: OutputFile?, under lease: JobLease) throws {
        var job = try leased(lease)
        let isShown = preview.map { OutputFile.problem(of: [$0], fileLimit: 1, byteLimit: JobPayload.limit) == nil } ?? false
        if isShown { try setPreview(preview, of: job.requestID) }
        guard progress > job.progress || isShown else { return }
        job.progress = min(1, max(progress, job.progress))
        try updateProgress(job)
        signals.append(.progressed(job.requestID, job.progress))
    }

    mutating func record(_ output: JobOutput, under lease: JobLease, at now: Timestamp) throws -> JobOutput {
        try output.validate(lease.requestID)
        _ = try leased(lease)
        if let recorded = try self.output(of: lease.requestID) { return recorded }
        try insert(output, of: lease.requestID, at: now)
        return output
    }
}

extension JobLease {
    /// The job as it was found, if this lease still holds it.
    func proved(by job: Job?) throws(JobQueueError) -> Job {
        guard let job, job.state == .running, job.fence == fence, job.worker == worker else { throw .stale(self) }
        return job
    }
}
