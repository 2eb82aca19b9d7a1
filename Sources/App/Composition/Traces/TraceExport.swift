/// The body of `POST /v1/traces`.
struct TraceExport: Encodable {
    struct Value: Encodable { var stringValue: String }
    struct Attribute: Encodable {
        var key: String
        var value: Value

        init(_ key: String, _ value: String) {
            self.key = key
            self.value = Value(stringValue: value)
        }
    }
    struct Resource: Encodable { var attributes: [Attribute] }
    struct Scope: Encodable { var name = "troupe" }
    struct Status: Encodable {
        /// 1 is well, 2 is not.
        var code: Int
        var message: String?
    }
    struct Span: Encodable {
        var traceId: String
        var spanId: String
        var parentSpanId: String?
        var name: String
        /// 1 is a step within, 2 the answer to somebody outside.
        var kind: Int
        var startTimeUnixNano: String
        var endTimeUnixNano: String
        var attributes: [Attribute]
        var status: Status
    }
    struct ScopeSpans: Encodable {
        var scope = Scope()
        var spans: [Span]
    }
    struct ResourceSpans: Encodable {
        var resource: Resource
        var scopeSpans: [ScopeSpans]
    }

    var resourceSpans: [ResourceSpans]

    init(_ spans: [FinishedSpan], process: String) {
        let told = spans.map { span in
            Span(
                traceId: span.trace, spanId: span.id, parentSpanId: span.parent, name: span.name, kind: span.parent == nil ? 2 : 1,
                startTimeUnixNano: String(span.begin), endTimeUnixNano: String(span.end),
                attributes: span.facts.sorted { $0.key < $1.key }.map { Attribute("troupe.\($0.key)", $0.value) },
                status: Status(code: span.failure == nil ? 1 : 2, message: span.failure))
        }
        let resource = Resource(attributes: [
            Attribute("service.name", "troupe"), Attribute("service.version", Version.current), Attribute("service.instance.id", process),
        ])
        resourceSpans = [ResourceSpans(resource: resource, scopeSpans: [ScopeSpans(spans: told)])]
    }
}
