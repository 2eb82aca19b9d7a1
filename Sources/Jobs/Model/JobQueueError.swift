import Support

/// What a queue refuses. The message names the request and what to do, and holds no content.
public struct JobQueueError: Error, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable {
        /// The job is not this worker's any more: its lease was lost and somebody else has it, or it has ended.
        case staleLease = "stale-lease"
        case unknownJob = "unknown-job"
        case invalidJob = "invalid-job"
        case invalidDelivery = "invalid-delivery"
        case outputTooLarge = "output-too-large"
        /// The worker reported something impossible, for instance to snooze a job whose owner wants it to stop.
        case invalidOutcome = "invalid-outcome"
    }

    public let code: Code
    public let requestID: RequestID?
    public let message: String

    init(_ code: Code, _ requestID: RequestID?, _ message: String) {
        self.code = code
        self.requestID = requestID
        self.message = message
    }

    public var description: String { "\(code.rawValue)\(requestID.map { " (request \($0))" } ?? ""): \(message)" }

    static func stale(_ lease: JobLease) -> JobQueueError {
        JobQueueError(
            .staleLease, lease.requestID, "the lease with fence \(lease.fence) of \(lease.worker) is lost; drop this attempt's work")
    }

    static func stale(_ lease: DeliveryLease) -> JobQueueError {
        JobQueueError(
            .staleLease, lease.requestID, "the delivery lease with fence \(lease.fence) of \(lease.worker) is lost; somebody else has it")
    }
}
