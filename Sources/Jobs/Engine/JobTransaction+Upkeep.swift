import Support

extension JobTransaction {
    mutating func promote(at now: Timestamp, limit: Int) throws -> Int {
        let due = try dueJobs(at: now, limit: limit)
        for var job in due {
            job.state = .available
            try update(job)
            signals.append(.available(queue: job.queue))
        }
        return due.count
    }

    mutating func rescue(at now: Timestamp, limit: Int, answer: FinalAnswer) throws -> [Job] {
        try lostJobs(at: now, limit: limit).map { try finish($0, as: $0.rescued(at: now), answer: answer) }
    }

    mutating func expire(at now: Timestamp, limit: Int, answer: FinalAnswer) throws -> [Job] {
        try expiredJobs(at: now, limit: limit).map { job in
            var expired = job
            expired.note(.deadlinePassed, at: now)
            expired.end(as: .discarded, at: now)
            return try finish(job, as: expired, answer: answer)
        }
    }

    mutating func erase(_ requestIDs: [RequestID]) throws -> [RequestID] {
        try requestIDs.filter { requestID in
            guard let job = try job(requestID), job.state.isFinal, try deliveries(of: requestID).allSatisfy(\.state.isFinal)
            else { return false }
            try remove(job)
            return true
        }
    }

    func place(of requestID: RequestID) throws -> QueuePlace? {
        guard let job = try job(requestID) else { return nil }
        let ahead = job.state.isWaiting ? try ahead(of: job) : (jobs: 0, units: 0)
        let running = job.state.isFinal ? [] : try running(queue: job.queue)
        let units = running.reduce(0) { $0 + Int((Double($1.cost) * (1 - $1.progress)).rounded(.up)) }
        return QueuePlace(
            state: job.state, jobsAhead: ahead.jobs, unitsAhead: ahead.units, running: running.count, unitsRunning: units, units: job.cost)
    }
}
