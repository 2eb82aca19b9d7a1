import Support
import Tracing

/// What became of a request, step by step, for swift-distributed-tracing: from the message to its answer, through whatever processes.
///
/// A request has one id and one trace, and the trace is found by the id: so no process need hand it on, nothing of it lies in the
/// queue, and a step that is done again after a crash, or by another version, is in the same trace. Steps are told when they are over,
/// with kinds and outcomes, never people or prompts.
public enum RequestTrace {
    /// Where a step belongs.
    public enum Place: Sendable, Hashable {
        /// From the message to its answer.
        case whole
        /// A step on that way.
        case step
    }

    /// Tells of a step that is over.
    /// - Parameter failure: why it failed, in a word; nil if it did not.
    public static func tell(
        _ name: String, of requestID: RequestID, place: Place = .step, from begin: Timestamp, to end: Timestamp,
        _ facts: [String: String] = [:], failure: String? = nil
    ) {
        var context = ServiceContext.topLevel
        context.traced = TracedRequest(id: requestID, place: place)
        let span = startSpan(name, context: context, at: Moment(begin))
        span.updateAttributes { attributes in
            for (key, value) in facts { attributes[key] = value }
        }
        if let failure { span.setStatus(SpanStatus(code: .error, message: failure)) }
        span.end(at: Moment(max(begin, end)))
    }

    private struct Moment: TracerInstant {
        let nanosecondsSinceEpoch: UInt64

        init(_ moment: Timestamp) { nanosecondsSinceEpoch = UInt64(max(0, moment.millisecondsSinceEpoch)) * 1_000_000 }

        static func < (a: Moment, b: Moment) -> Bool { a.nanosecondsSinceEpoch < b.nanosecondsSinceEpoch }
    }

    /// An attempt, and before the first one how long the job has waited.
    static func attempted(_ job: Job, as outcome: String, from begin: Timestamp, to end: Timestamp) {
        if job.attempt <= 1 { tell("wait", of: job.requestID, from: job.createdAt, to: begin, ["queue": job.queue]) }
        tell(
            "work", of: job.requestID, from: begin, to: end,
            ["kind": job.kind, "queue": job.queue, "attempt": "\(job.attempt)", "outcome": outcome],
            failure: outcome == "completed" ? nil : outcome)
    }

    /// A try to say something.
    static func said(_ delivery: Delivery, as outcome: DeliveryOutcome, from begin: Timestamp, to end: Timestamp) {
        let word = JobMetrics.word(outcome)
        tell(
            "deliver", of: delivery.requestID, from: begin, to: end,
            ["kind": delivery.kind.rawValue, "attempt": "\(delivery.attempt)", "outcome": word], failure: word == "delivered" ? nil : word)
    }
}

/// What a span belongs to, for the tracer.
public struct TracedRequest: Sendable, Hashable {
    public let id: RequestID
    public let place: RequestTrace.Place

    public init(id: RequestID, place: RequestTrace.Place) {
        self.id = id
        self.place = place
    }
}

extension ServiceContext {
    private enum Key: ServiceContextKey { typealias Value = TracedRequest }

    public var traced: TracedRequest? {
        get { self[Key.self] }
        set { self[Key.self] = newValue }
    }
}
