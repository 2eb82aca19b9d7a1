import CoreMetrics
import Testing

@testable import Console

@Suite struct `What Prometheus is told` {
    @Test func `counts, levels and spans of time, as the format wants them`() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "troupe.calls", dimensions: [("status", "200")]).increment(by: 3)
        metrics.makeCounter(label: "troupe.calls", dimensions: [("status", "200")]).increment(by: 1)
        metrics.makeMeter(label: "level", dimensions: []).set(2.5)
        metrics.makeTimer(label: "took_seconds", dimensions: [("kind", "a\"b\\\n")]).recordNanoseconds(30_000_000)
        let text = metrics.families.map(\.text).joined()
        #expect(text.contains("# TYPE troupe_calls counter\ntroupe_calls{status=\"200\"} 4\n"))
        #expect(text.contains("# TYPE level gauge\nlevel 2.5\n"))
        #expect(text.contains(#"took_seconds_bucket{kind="a\"b\\\n",le="0.025"} 0"#))
        #expect(text.contains(#"took_seconds_bucket{kind="a\"b\\\n",le="0.05"} 1"#))
        #expect(text.contains(#"took_seconds_bucket{kind="a\"b\\\n",le="+Inf"} 1"#))
        #expect(text.contains(#"took_seconds_count{kind="a\"b\\\n"} 1"#))
    }

    @Test func `never more series than fit, whatever the labels`() {
        let metrics = PrometheusMetrics()
        for number in 0..<5_000 { metrics.makeCounter(label: "calls", dimensions: [("n", "\(number)")]).increment(by: 1) }
        #expect(metrics.families.flatMap(\.samples).count == PrometheusMetrics.seriesLimit)
    }

    @Test func `a name is one kind of thing`() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "x", dimensions: []).increment(by: 1)
        metrics.makeMeter(label: "x", dimensions: [("a", "b")]).set(9.0)
        #expect(metrics.families.map(\.text) == ["# TYPE x counter\nx 1\n"])
    }
}
