import Support

extension JobTransaction {
    mutating func deliver(_ deliveries: [NewDelivery], at now: Timestamp) throws -> Int {
        for delivery in deliveries { try delivery.validate() }
        var count = 0
        for delivery in deliveries where try insert(delivery, at: now) { count += 1 }
        if count > 0 { signals.append(.deliveries) }
        return count
    }

    mutating func claimDeliveries(worker: String, lease: Duration, limit: Int, at now: Timestamp) throws -> [ClaimedDelivery] {
        try dueDeliveries(at: now, limit: limit).map { due in
            var delivery = due
            delivery.state = .delivering
            delivery.attempt += 1
            delivery.fence += 1
            delivery.worker = worker
            delivery.leaseExpiresAt = now + lease
            try update(delivery)
            let held = DeliveryLease(
                id: delivery.id, requestID: delivery.requestID, fence: delivery.fence, worker: worker, expiresAt: now + lease)
            return ClaimedDelivery(delivery: delivery, lease: held)
        }
    }

    private func leased(_ lease: DeliveryLease) throws -> Delivery {
        guard let delivery = try delivery(lease.id), delivery.state == .delivering, delivery.fence == lease.fence,
            delivery.worker == lease.worker
        else { throw JobQueueError.stale(lease) }
        return delivery
    }

    mutating func renewDelivery(_ lease: DeliveryLease, for duration: Duration, at now: Timestamp) throws -> DeliveryLease {
        var delivery = try leased(lease)
        let expiresAt = max(now + duration, lease.expiresAt)
        delivery.leaseExpiresAt = expiresAt
        try update(delivery)
        return DeliveryLease(id: lease.id, requestID: lease.requestID, fence: lease.fence, worker: lease.worker, expiresAt: expiresAt)
    }

    mutating func markDelivered(_ lease: DeliveryLease, receipt: String?, at now: Timestamp) throws {
        // A repeat of what succeeded: the reply was lost, not the write.
        if let delivery = try delivery(lease.id), delivery.state == .delivered, delivery.fence == lease.fence { return }
        var delivery = try leased(lease)
        delivery.receipt = receipt.map { String($0.prefix(200)) }
        delivery.reason = nil
        delivery.close(as: .delivered, at: now)
        try update(delivery)
        signals.append(.deliveries)
    }

    mutating func retryDelivery(_ lease: DeliveryLease, at nextAttempt: Timestamp, reason: String, now: Timestamp) throws {
        var delivery = try leased(lease)
        delivery.state = .waiting
        delivery.worker = nil
        delivery.leaseExpiresAt = nil
        delivery.nextAttemptAt = max(nextAttempt, now)
        delivery.reason = String(reason.prefix(JobFailure.messageLimit))
        try update(delivery)
        signals.append(.deliveries)
    }

    mutating func abandonDelivery(_ lease: DeliveryLease, reason: String, at now: Timestamp) throws {
        var delivery = try leased(lease)
        delivery.reason = String(reason.prefix(JobFailure.messageLimit))
        delivery.close(as: .abandoned, at: now)
        try update(delivery)
        signals.append(.deliveries)
    }
}

extension Delivery {
    fileprivate mutating func close(as state: DeliveryState, at now: Timestamp) {
        self.state = state
        worker = nil
        leaseExpiresAt = nil
        finishedAt = now
    }
}
