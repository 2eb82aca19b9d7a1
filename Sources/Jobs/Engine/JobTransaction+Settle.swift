import Support

extension JobTransaction {
    mutating func settle(_ lease: JobLease, as outcome: JobOutcome, at now: Timestamp, answer: FinalAnswer) throws -> Job {
        let found = try keptJob(lease.requestID)
        // A repeat of what succeeded: the reply was lost, not the write.
        if outcome == .completed, let found, found.state == .completed, found.fence == lease.fence { return found }
        let job = try lease.proved(by: found)
        let settled = job.settled(as: outcome, at: now)
        return try finish(job, as: settled, answer: answer)
    }

    mutating func cancel(_ requestID: RequestID, at now: Timestamp, answer: FinalAnswer) throws -> CancelResult {
        guard let job = try keptJob(requestID) else { return .unknown }
        if job.state.isFinal { return .alreadyFinished(job) }
        if job.cancelRequestedAt != nil { return .alreadyRequested(job) }
        var cancelled = job
        cancelled.cancelRequestedAt = now
        if job.state == .running {
            try update(cancelled)
            signals.append(.cancelRequested(requestID))
            return .requested(cancelled)
        }
        cancelled.end(as: .cancelled, at: now)
        return .cancelled(try finish(job, as: cancelled, answer: answer))
    }

    /// Writes the step from one state to the next, with the answer if the job has ended, and keeps the line's count.
    @discardableResult
    mutating func finish(_ old: Job, as new: Job, answer: FinalAnswer) throws -> Job {
        let deliveries = new.state.isFinal ? try new.checked(answer(new)) : []
        try update(new)
        if old.state == .running { try setPreview(nil, of: new.requestID) }
        if old.state.isWaiting != new.state.isWaiting {
            try move(new.queue, by: LineStep(waiting: new.state.isWaiting ? 1 : -1))
        }
        if new.state.isFinal { try returnShare(of: new) }
        var isNewDelivery = false
        for delivery in deliveries where try insert(delivery, at: new.finishedAt ?? new.scheduledAt) { isNewDelivery = true }

        if new.state == .available { signals.append(.available(queue: new.queue)) }
        if new.state.isFinal { signals.append(.settled(new.requestID, new.state)) }
        if isNewDelivery { signals.append(.deliveries) }
        return new
    }
}

extension Job {
    /// The deliveries of an answer to this job, or the reason why they are none.
    func checked(_ deliveries: [NewDelivery]) throws(JobQueueError) -> [NewDelivery] {
        for delivery in deliveries {
            try delivery.validate()
            guard delivery.requestID == requestID else {
                throw JobQueueError(.invalidDelivery, requestID, "the answer belongs to another request (\(delivery.requestID))")
            }
        }
        return deliveries
    }

    /// Pure: what becomes of a running job when its attempt ends.
    func settled(as outcome: JobOutcome, at now: Timestamp) -> Job {
        var job = self
        switch outcome {
        case .completed:
            job.progress = 1
            job.end(as: .completed, at: now)
        case .cancelled:
            job.end(as: .cancelled, at: now)
        case .failed(let failure, let retryAt):
            job.note(failure, at: now)
            let mayRetry = attempt < maxAttempts && (deadline.map { (retryAt ?? now) < $0 } ?? true)
            if cancelRequestedAt != nil {
                job.end(as: .cancelled, at: now)
            } else if let retryAt, mayRetry {
                job.wait(as: .retryable, until: max(retryAt, now))
            } else {
                job.end(as: .discarded, at: now)
            }
        case .snoozed(let moment):
            job.attempt -= 1
            if cancelRequestedAt != nil { job.end(as: .cancelled, at: now) } else { job.wait(as: .scheduled, until: max(moment, now)) }
        case .handedBack:
            job.attempt -= 1
            if cancelRequestedAt != nil { job.end(as: .cancelled, at: now) } else { job.wait(as: .available, until: now) }
        }
        return job
    }

    /// Pure: what becomes of a running job whose worker is gone.
    func rescued(at now: Timestamp) -> Job {
        var job = self
        job.note(.leaseLost, at: now)
        if cancelRequestedAt != nil {
            job.end(as: .cancelled, at: now)
        } else if attempt >= maxAttempts {
            job.end(as: .discarded, at: now)
        } else {
            job.wait(as: .available, until: now)
        }
        return job
    }

    mutating func end(as state: JobState, at now: Timestamp) {
        self.state = state
        worker = nil
        leaseExpiresAt = nil
        finishedAt = now
    }

    mutating func wait(as state: JobState, until moment: Timestamp) {
        self.state = state
        worker = nil
        leaseExpiresAt = nil
        scheduledAt = moment
        progress = 0
    }

    mutating func note(_ failure: JobFailure, at now: Timestamp) {
        failures.append(failure.stamped(attempt: attempt, at: now))
        failures.removeFirst(max(0, failures.count - JobFailure.keptPerJob))
    }
}
