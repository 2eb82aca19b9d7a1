import Foundation
import Jobs
import Support
import Synchronization
import Testing
import Tracing

@testable import App

@Suite("Traces")
struct TracesTests {
    private func spans(_ tell: (RequestTracer) -> Void) -> [FinishedSpan] {
        let box = Box()
        tell(RequestTracer(randomness: { 7 }, finish: { span in box.spans.withLock { $0.append(span) } }))
        return box.spans.withLock { $0 }
    }

    private final class Box: Sendable {
        let spans = Mutex<[FinishedSpan]>([])
    }

    private func context(_ place: RequestTrace.Place) -> ServiceContext {
        var context = ServiceContext.topLevel
        context.traced = TracedRequest(id: RequestID(0xABC), place: place)
        return context
    }

    @Test("the steps of a request stand under the whole of it, in a trace that its id names")
    func places() {
        let spans = spans { tracer in
            tracer.startSpan("work", context: context(.step)).end()
            tracer.startSpan("request", context: context(.whole)).end()
        }
        #expect(spans.map(\.trace) == Array(repeating: "74726f75706500010000000000000abc", count: 2))
        #expect(spans[0].parent == spans[1].id && spans[1].parent == nil)
        #expect(spans[0].id == "0000000000000007" && spans[1].id.count == 16)
    }

    @Test("what belongs to no request is not told, nor twice what is over")
    func others() {
        let spans = spans { tracer in
            tracer.startSpan("GET", context: .topLevel).end()
            let span = tracer.startSpan("work", context: context(.step))
            span.end()
            span.end()
        }
        #expect(spans.map(\.name) == ["work"])
    }

    @Test("an error is told by its kind, never by its words")
    func errors() {
        struct Refused: Error { let prompt = "two red circles" }
        let spans = spans { tracer in
            let span = tracer.startSpan("work", context: context(.step))
            span.recordError(Refused())
            span.end()
        }
        #expect(spans.map(\.failure) == ["Refused"])
    }

    @Test("a collector is told in the words of OpenTelemetry")
    func json() throws {
        let span = FinishedSpan(
            trace: "74726f75706500010000000000000abc", id: "0000000000000007", parent: "0000000000000001", name: "work",
            begin: 1_750_000_000_000_000_000, end: 1_750_000_001_000_000_000, facts: ["kind": "generate"], failure: "lease-lost")
        let data = try JSONEncoder().encode(TraceExport([span], process: "anna"))
        let text = String(decoding: data, as: UTF8.self)
        for word in [
            "\"startTimeUnixNano\"", "1750000000000000000", "troupe.kind", "generate", "lease-lost", "service.instance.id", "anna",
        ] {
            #expect(text.contains(word), "\(text)")
        }
    }

    @Test("the address of a collector may be given without its path")
    func address() throws {
        let folder = URL(filePath: "/nowhere")
        func read(_ text: String) throws -> String? {
            try Settings.read(flags: [:], environment: ["TROUPE_TRACES": text], folder: folder).traces
        }
        #expect(try read("http://collector:4318") == "http://collector:4318/v1/traces")
        #expect(try read("http://collector:4318/") == "http://collector:4318/v1/traces")
        #expect(try read("https://collector/otlp/v1/traces") == "https://collector/otlp/v1/traces")
        #expect(try read("") == nil)
        #expect(throws: SettingsError.self) { try read("collector:4318") }
    }
}
