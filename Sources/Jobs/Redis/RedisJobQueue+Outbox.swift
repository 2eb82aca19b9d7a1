import Support

/// What is to be said.
extension RedisJobQueue {
    public func deliver(_ deliveries: [NewDelivery], at now: Timestamp) async throws -> Int {
        for delivery in deliveries { try delivery.validate() }
        let count = Int(try await client.call("deliver", at: now, deliveries.flatMap { $0.redisWords(at: now) }).integer ?? 0)
        if count > 0 { send(.deliveries) }
        return count
    }

    public func claimDeliveries(worker: String, lease: Duration, limit: Int, at now: Timestamp) async throws -> [ClaimedDelivery] {
        let expiresAt = now + lease
        let words: [RESPWord] = [.text(worker), .text(expiresAt.redis), .text(String(limit))]
        return try await client.call("claimDeliveries", at: now, words).array?.compactMap { value in
            guard let delivery = try RedisRow(value).map({ try Delivery(redis: $0) }) else { return nil }
            return ClaimedDelivery(
                delivery: delivery,
                lease: DeliveryLease(
                    id: delivery.id, requestID: delivery.requestID, fence: delivery.fence, worker: worker, expiresAt: expiresAt))
        } ?? []
    }

    private func tell(_ lease: DeliveryLease, at now: Timestamp, _ fields: [String]) async throws -> Bool {
        let words = [String(lease.id), String(lease.fence), lease.worker] + fields
        let reply = try await client.call("tell", at: now, words.map { .text($0) }).string
        if reply == "stale" { throw JobQueueError.stale(lease) }
        return reply == "told"
    }

    public func renewDelivery(_ lease: DeliveryLease, for duration: Duration, at now: Timestamp) async throws -> DeliveryLease {
        let expiresAt = max(now + duration, lease.expiresAt)
        _ = try await tell(lease, at: now, ["leaseExpiresAt", expiresAt.redis])
        return DeliveryLease(id: lease.id, requestID: lease.requestID, fence: lease.fence, worker: lease.worker, expiresAt: expiresAt)
    }

    public func markDelivered(_ lease: DeliveryLease, receipt: String?, at now: Timestamp) async throws {
        let end = ["state", DeliveryState.delivered.rawValue, "worker", "", "leaseExpiresAt", "", "reason", "", "finishedAt", now.redis]
        if try await tell(lease, at: now, end + ["receipt", receipt.map { String($0.prefix(200)) } ?? ""]) { send(.deliveries) }
    }

    public func retryDelivery(_ lease: DeliveryLease, at nextAttempt: Timestamp, reason: String, now: Timestamp) async throws {
        let fields = [
            "state", DeliveryState.waiting.rawValue, "worker", "", "leaseExpiresAt", "", "nextAttemptAt", max(nextAttempt, now).redis,
            "reason", String(reason.prefix(JobFailure.messageLimit)),
        ]
        if try await tell(lease, at: now, fields) { send(.deliveries) }
    }

    public func abandonDelivery(_ lease: DeliveryLease, reason: String, at now: Timestamp) async throws {
        let fields = [
            "state", DeliveryState.abandoned.rawValue, "worker", "", "leaseExpiresAt", "", "finishedAt", now.redis, "reason",
            String(reason.prefix(JobFailure.messageLimit)),
        ]
        if try await tell(lease, at: now, fields) { send(.deliveries) }
    }

    public func deliveries(of requestID: RequestID) async throws -> [Delivery] {
        let numbers = try await client.command(["ZRANGE", key("of:\(requestID)"), "0", "-1"]).array ?? []
        var deliveries: [Delivery] = []
        for number in numbers.compactMap(\.string) {
            if let row = try RedisRow(await client.command(["HGETALL", key("d:\(number)")])) {
                deliveries.append(try Delivery(redis: row))
            }
        }
        return deliveries
    }

    public func nextDeliveryAt() async throws -> Timestamp? {
        let first = try await client.command(["ZRANGE", key("outbox"), "0", "0", "WITHSCORES"]).array ?? []
        return first.count > 1 ? first[1].integer.map { Timestamp(millisecondsSinceEpoch: $0) } : nil
    }
}
