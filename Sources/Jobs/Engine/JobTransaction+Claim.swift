import Support

extension JobTransaction {
    /// Takes the next jobs, one decision at a time: within a queue the fair order, between queues the higher priority, then
    /// the one enqueued first.
    mutating func claim(_ claim: JobClaim, limits: JobLimits, at now: Timestamp) throws -> [ClaimedJob] {
        var claimed: [ClaimedJob] = []
        var steps: [String: LineStep] = [:]
        while claimed.count < claim.limit {
            guard var job = try nextClaimable(claim, at: now, runningPerUser: limits.runningPerUser) else { break }
            job.state = .running
            job.attempt += 1
            job.fence += 1
            job.worker = claim.worker
            job.leaseExpiresAt = now + claim.lease
            job.attemptedAt = now
            job.progress = 0
            try update(job)
            steps[job.queue, default: LineStep()].claim(job.place)
            claimed.append(
                ClaimedJob(
                    job: job,
                    lease: JobLease(requestID: job.requestID, fence: job.fence, worker: claim.worker, expiresAt: now + claim.lease)))
        }
        // Last, and in one order: everybody who works on a queue moves its line.
        for (queue, step) in steps.sorted(by: { $0.key < $1.key }) { try move(queue, by: step) }
        return claimed
    }

    /// The job that goes next of several queues, kept for this transaction.
    private mutating func nextClaimable(_ claim: JobClaim, at now: Timestamp, runningPerUser: Int) throws -> Job? {
        var queues = claim.queues
        func next(_ queue: String, keeping: Bool) throws -> Job? {
            try nextClaimable(queue: queue, kinds: claim.kinds, at: now, runningPerUser: runningPerUser, keeping: keeping)
        }
        if queues.count == 1 { return try next(queues[0], keeping: true) }
        while true {
            var best: Job?
            for queue in queues {
                // Only one of them is taken: the others must not be kept from anybody.
                guard let head = try next(queue, keeping: false) else { continue }
                if let best, (-best.priority, best.id) <= (-head.priority, head.id) { continue }
                best = head
            }
            guard let best, !isAlone else { return best }
            if let kept = try next(best.queue, keeping: true) { return kept }
            queues.removeAll { $0 == best.queue }
        }
    }

    /// The job under a lease that still holds.
    func leased(_ lease: JobLease) throws -> Job { try lease.proved(by: try keptJob(lease.requestID)) }

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
