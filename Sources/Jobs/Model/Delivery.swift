import Support

/// Something to be said, durable until it is said: an entry of the outbox.
///
/// The payload is Features' own; Jobs only promises that it is claimed again and again until somebody marks it delivered
/// or abandons it, and that the deliveries of one request go out in their order.
public struct Delivery: Sendable, Hashable, Identifiable {
    public let id: Int64
    public let requestID: RequestID
    public let kind: DeliveryKind
    public let sequence: Int
    public let payload: JobPayload
    /// After this moment it may as well be abandoned; what to do is the deliverer's choice.
    public let deadline: Timestamp?
    public let createdAt: Timestamp

    public internal(set) var state: DeliveryState
    /// Tries begun.
    public internal(set) var attempt = 0
    public internal(set) var nextAttemptAt: Timestamp
    public internal(set) var worker: String?
    public internal(set) var leaseExpiresAt: Timestamp?
    public internal(set) var fence: Int64 = 0
    /// Why the last try failed, or why it was abandoned. Holds no content.
    public internal(set) var reason: String?
    /// What the deliverer wants to remember, for instance the message's id.
    public internal(set) var receipt: String?
    public internal(set) var finishedAt: Timestamp?
}

public enum DeliveryState: String, Sendable, Hashable, CaseIterable {
    case waiting, delivering, delivered, abandoned

    public var isFinal: Bool { self == .delivered || self == .abandoned }
}

/// What a delivery is to its request. At most one is `final`.
public enum DeliveryKind: String, Sendable, Hashable, CaseIterable {
    /// The answer, or the refusal: exactly one for each request, sequence 0.
    case final
    /// A piece that goes out before the final one.
    case part
    /// A remark besides the answer.
    case notice
}

/// A delivery to be written to the outbox.
public struct NewDelivery: Sendable, Hashable {
    public var requestID: RequestID
    public var kind: DeliveryKind
    /// Tells deliveries of one kind apart; 0 for the final one.
    public var sequence: Int
    public var payload: JobPayload
    /// Not before this moment; nil is at once.
    public var notBefore: Timestamp?
    public var deadline: Timestamp?

    public init(
        requestID: RequestID, kind: DeliveryKind = .final, sequence: Int = 0, payload: JobPayload, notBefore: Timestamp? = nil,
        deadline: Timestamp? = nil
    ) {
        self.requestID = requestID
        self.kind = kind
        self.sequence = sequence
        self.payload = payload
        self.notBefore = notBefore
        self.deadline = deadline
    }

    func validate() throws(JobQueueError) {
        func check(_ valid: Bool, _ what: String) throws(JobQueueError) {
            if !valid { throw JobQueueError(.invalidDelivery, requestID, what) }
        }
        try check(payload.bytes.count <= JobPayload.limit, "the delivery is larger than \(JobPayload.limit) bytes")
        try check((0...10_000).contains(sequence), "the sequence must be 0 to 10,000, not \(sequence)")
        try check(kind != .final || sequence == 0, "a final delivery has the sequence 0, not \(sequence)")
    }
}

/// The right of one worker to deliver until a moment, proved by the fence.
public struct DeliveryLease: Sendable, Hashable {
    public let id: Int64
    public let requestID: RequestID
    public let fence: Int64
    public let worker: String
    public let expiresAt: Timestamp
}

/// A delivery together with the lease it was claimed under.
public struct ClaimedDelivery: Sendable, Hashable {
    public let delivery: Delivery
    public let lease: DeliveryLease
}
