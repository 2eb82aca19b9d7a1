import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /metrics`: what this process counted, and how things stand in the database, for Prometheus.
public struct MetricsRoutes: ConsoleRoutes {
    /// Looks up at the moment of asking, for what all processes share, such as the depth of the queue.
    public typealias Gauges = @Sendable () async throws -> [MetricFamily]

    private let metrics: PrometheusMetrics
    private let gauges: Gauges

    public init(_ metrics: PrometheusMetrics, gauges: @escaping Gauges) {
        self.metrics = metrics
        self.gauges = gauges
    }

    public func add(to router: Router<ConsoleContext>) {
        router.get("metrics") { [metrics, gauges] _, _ in
            let text = (metrics.families + (try await gauges())).map(\.text).joined()
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        }
    }
}
