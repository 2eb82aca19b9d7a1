import OrderedCollections
import Support

// What answers teach the limiter.

extension RateLimiter {
    /// Takes in the answer to a call under way. Ask ``release(at:)`` next.
    mutating func answered(_ id: CallID, _ answer: RateLimitAnswer, at now: Timestamp) -> Verdict {
        let now = time.read(now)
        guard let flight = flights[id] else { return .take }
        let route = flight.call.route
        global.cameBack(id, wasAnswered: answer.status < 500 && !answer.isRateLimited, at: now)
        invalidCalls.record(answer, at: now)
        if invalidCalls.hold(at: now) != nil { lookAgain = now }
        if answer.isRateLimited { return rateLimited(id, answer, at: now) }
        if let hash = answer.bucket { learn(hash, for: route) }
        buckets[flights[id]?.key ?? flight.key]?.answered(id, answer, at: now)
        flights[id] = nil
        if answer.status == 401, route.authentication == .bot {
            tokenIsWrong = true
            lookAgain = now
        }
        if answer.status == 404, answer.code == 10_015, route.isWebhook {
            goneWebhooks.append(route.major)
            if goneWebhooks.count > 1_000 { goneWebhooks.removeFirst() }
        }
        return .take
    }

    private mutating func rateLimited(_ id: CallID, _ answer: RateLimitAnswer, at now: Timestamp) -> Verdict {
        guard let flight = flights[id] else { return .take }
        // A 429 that does not say for how long is taken for a second.
        let span = answer.retryAfter ?? answer.resetAfter ?? .seconds(1)
        if let hash = answer.bucket, answer.scope == .user { learn(hash, for: flight.call.route) }
        let key = flights[id]?.key ?? flight.key
        switch answer.scope {
        case .global:
            global.block(until: now + span, at: now)
            buckets[key]?.returned(id)
        case .edge:
            edgeBlockedUntil = max(edgeBlockedUntil ?? now, now + span)
            buckets[key]?.returned(id)
        case .user, .shared: buckets[key]?.refused(id, for: span, at: now)
        }
        guard flight.refusals + 1 < configuration.refusalsPerCall else {
            flights[id] = nil
            return .refuse(.tooLong(retryAfter: span))
        }
        requeue(id)
        return .again
    }
}
