import Jobs
import Tracing

/// The tracer behind swift-distributed-tracing: gives each step its place in the trace of its request.
///
/// What libraries tell of themselves is not taken: addresses of Discord hold tokens.
struct RequestTracer: Tracer {
    let randomness: @Sendable () -> UInt64
    let finish: @Sendable (FinishedSpan) -> Void

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> TraceSpan {
        let (context, begin) = (context(), instant().nanosecondsSinceEpoch)
        var span = FinishedSpan(trace: "", id: "", name: operationName, begin: begin, end: begin, facts: [:])
        guard let traced = context.traced else { return TraceSpan(span, context: context, finish: nil) }
        let whole = TraceNumbers.whole(of: traced.id)
        span.trace = TraceNumbers.trace(of: traced.id)
        span.id = traced.place == .whole ? whole : TraceNumbers.hexadecimal(max(1, randomness()))
        span.parent = traced.place == .whole ? nil : whole
        return TraceSpan(span, context: context, finish: finish)
    }

    func forceFlush() {}

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {}

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {}
}
