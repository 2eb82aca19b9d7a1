import Jobs
import Support
import Synchronization
import Tracing

/// A step as OpenTelemetry has it, once it is over.
struct FinishedSpan: Sendable, Hashable {
    /// In hexadecimal digits: 32, 16, and 16 or none.
    var trace: String
    var id: String
    var parent: String?
    var name: String
    /// Nanoseconds since 1970.
    var begin: UInt64
    var end: UInt64
    var facts: [String: String]
    var failure: String?
}

/// The one trace of a request: its number in the lower half, so that who has the id finds the trace.
enum TraceNumbers {
    static func trace(of requestID: RequestID) -> String { "74726f7570650001" + hexadecimal(requestID.rawValue) }

    /// The span of the whole: the same in every process.
    static func whole(of requestID: RequestID) -> String {
        // Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014: its mixing function.
        var mixed = requestID.rawValue &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return hexadecimal(max(1, mixed ^ (mixed >> 31)))
    }

    static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// A step that is being told. One of no request is not recorded.
final class TraceSpan: Tracing.Span {
    let context: ServiceContext
    private let finish: (@Sendable (FinishedSpan) -> Void)?

    private struct State {
        var span: FinishedSpan
        var attributes = SpanAttributes()
        var isOver = false
    }

    private let state: Mutex<State>

    /// - Parameter finish: told once; nil: nobody listens.
    init(_ span: FinishedSpan, context: ServiceContext, finish: (@Sendable (FinishedSpan) -> Void)?) {
        self.context = context
        self.finish = finish
        state = Mutex(State(span: span))
    }

    var operationName: String {
        get { state.withLock { $0.span.name } }
        set { state.withLock { $0.span.name = newValue } }
    }

    var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    var isRecording: Bool { finish != nil && state.withLock { !$0.isOver } }

    func setStatus(_ status: SpanStatus) {
        state.withLock { $0.span.failure = status.code == .error ? status.message ?? "failed" : nil }
    }

    func addEvent(_ event: SpanEvent) {}

    func addLink(_ link: SpanLink) {}

    /// The kind of error only: descriptions may hold what people wrote.
    func recordError<Instant: TracerInstant>(_ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant) {
        state.withLock { $0.span.failure = "\(type(of: error))" }
    }

    func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let moment = instant().nanosecondsSinceEpoch
        let span = state.withLock { state -> FinishedSpan? in
            guard !state.isOver else { return nil }
            state.isOver = true
            state.span.end = max(moment, state.span.begin)
            state.attributes.forEach { key, value in
                if case .string(let text) = value { state.span.facts[key] = text }
            }
            return state.span
        }
        if let span { finish?(span) }
    }
}
