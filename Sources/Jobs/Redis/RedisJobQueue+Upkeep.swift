import Support

/// What has become due, and what goes.
extension RedisJobQueue {
    /// Jobs in one of the lists by moment, earliest first, as they are now.
    private func due(_ list: String, at now: Timestamp, limit: Int) async throws -> [(job: Job, version: String)] {
        let words: [RESPWord] = ["ZRANGEBYSCORE", key(list), "-inf", .text(now.redis), "LIMIT", "0", .text(String(limit))]
        var found: [(job: Job, version: String)] = []
        for member in try await client.command(words).array ?? [] {
            guard let id = member.string?.split(separator: ":").last.flatMap({ RequestID($0) }), let one = try await versioned(id) else {
                continue
            }
            found.append(one)
        }
        return found
    }

    public func promote(at now: Timestamp, limit: Int) async throws -> Int {
        var count = 0
        for (job, version) in try await due("due", at: now, limit: limit) where job.state == .scheduled || job.state == .retryable {
            var promoted = job
            promoted.state = .available
            if job.scheduledAt <= now, try await finish(job, version, as: promoted, at: now, answer: { _ in [] }) { count += 1 }
        }
        return count
    }

    public func rescue(at now: Timestamp, limit: Int, answer: @escaping FinalAnswer) async throws -> [Job] {
        var rescued: [Job] = []
        for (job, version) in try await due("leases", at: now, limit: limit) where job.state == .running {
            guard let lease = job.leaseExpiresAt, lease <= now else { continue }
            let new = job.rescued(at: now)
            if try await finish(job, version, as: new, at: now, answer: answer) { rescued.append(new) }
        }
        return rescued
    }

    public func expire(at now: Timestamp, limit: Int, answer: @escaping FinalAnswer) async throws -> [Job] {
        var ended: [Job] = []
        for (job, version) in try await due("deadlines", at: now, limit: limit) where job.state.isWaiting {
            var expired = job
            expired.note(.deadlinePassed, at: now)
            expired.end(as: .discarded, at: now)
            if try await finish(job, version, as: expired, at: now, answer: answer) { ended.append(expired) }
        }
        return ended
    }

    public func clean(keeping retention: JobRetention, at now: Timestamp, limit: Int) async throws -> Int {
        let before = [retention.deliveries, retention.outputs, retention.jobs].map { $0.map { (now - $0).redis } ?? "" }
        return Int(try await client.call("clean", at: now, before.map { .text($0) } + [.text(String(limit))]).integer ?? 0)
    }

    public func erase(_ requestIDs: [RequestID]) async throws -> [RequestID] {
        let gone = try await client.call("erase", requestIDs.map { .text($0.description) }).array ?? []
        return gone.compactMap { $0.string.flatMap { RequestID($0) } }
    }
}
