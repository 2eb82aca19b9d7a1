import OrderedCollections
import Support

/// How often an application may identify: so many times in a day, and each bucket of shards once in five seconds.
struct SessionStarts: Sendable, Codable {
    var used = 0
    var resetAt: Timestamp
    /// By `shard_id % max_concurrency`.
    var lastByBucket: [Int: Timestamp] = [:]
}

/// What becomes of an identify.
enum SessionStartVerdict: Sendable {
    case allowed
    /// Another of the same bucket was less than five seconds ago.
    case tooFast
    /// The day's budget is used up, for which Discord takes the token away.
    case exhausted
    /// Too many guilds for so few shards.
    case shardingRequired
}

extension World {
    static let identifyPause: Duration = .seconds(5)

    mutating func startSession(of applicationID: ID, shard: Int, of shardCount: Int) -> SessionStartVerdict {
        let count = guilds.values.count { $0.members[applicationID] != nil }
        guard count <= limits.guildsPerShard * shardCount else { return .shardingRequired }
        var starts = currentStarts(of: applicationID)
        defer { sessionStarts[applicationID] = starts }
        guard starts.used < limits.identifiesPerDay else { return .exhausted }
        let bucket = shard % max(1, limits.maxConcurrency)
        if limits.enforcesIdentifyPause, let last = starts.lastByBucket[bucket], now - last < Self.identifyPause { return .tooFast }
        starts.used += 1
        starts.lastByBucket[bucket] = now
        return .allowed
    }

    private func currentStarts(of applicationID: ID) -> SessionStarts {
        if let known = sessionStarts[applicationID], known.resetAt > now { return known }
        return SessionStarts(resetAt: now + .seconds(86_400), lastByBucket: sessionStarts[applicationID]?.lastByBucket ?? [:])
    }

    /// The answer of `GET /gateway/bot`.
    func showGateway(for applicationID: ID) -> JSON {
        let starts = currentStarts(of: applicationID)
        let count = guilds.values.count { $0.members[applicationID] != nil }
        let recommended = max(1, limits.shards, (count + 999) / 1_000)
        return [
            "url": .string(gatewayAddress), "shards": .int(recommended),
            "session_start_limit": [
                "total": .int(limits.identifiesPerDay), "remaining": .int(max(0, limits.identifiesPerDay - starts.used)),
                "reset_after": .int(starts.used == 0 ? 0 : (starts.resetAt - now).milliseconds),
                "max_concurrency": .int(limits.maxConcurrency),
            ],
        ]
    }
}
