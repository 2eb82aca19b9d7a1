public import CoreMetrics
import Synchronization

/// Where swift-metrics of this process goes, ready to be read by Prometheus. Timers and recorders become histograms in seconds.
///
/// Bounded: once ``seriesLimit`` series are there, new ones are dropped, so that no label can fill the memory.
public final class PrometheusMetrics: MetricsFactory {
    static let seriesLimit = 2_000

    private struct Key: Hashable {
        var name: String
        var labels: [MetricFamily.Label]
    }

    private let series = Mutex<[Key: MetricSeries]>([:])

    public init() {}

    /// All that is counted, by name.
    public var families: [MetricFamily] {
        let all = series.withLock { $0 }
        return Dictionary(grouping: all, by: \.key.name).sorted { $0.key < $1.key }.map { name, members in
            let sorted = members.sorted { $0.key.labels.map(\.value).lexicographicallyPrecedes($1.key.labels.map(\.value)) }
            return MetricFamily(name, members[0].value.kind, sorted.flatMap(\.value.samples))
        }
    }

    private func series(_ kind: MetricFamily.Kind, _ label: String, _ dimensions: [(String, String)]) -> MetricSeries? {
        let key = Key(name: MetricFamily.validName(label), labels: dimensions.map { .init($0.0, $0.1) })
        return series.withLock { series in
            if let known = series[key], known.kind == kind { return known }
            guard series.count < Self.seriesLimit, !series.contains(where: { $0.key.name == key.name && $0.value.kind != kind }) else {
                return nil
            }
            let made = MetricSeries(kind, labels: key.labels)
            series[key] = made
            return made
        }
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(.counter, label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        series(.counter, label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(.gauge, label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(aggregate ? .histogram : .gauge, label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(.histogram, label, dimensions) ?? NOOPMetricsHandler.instance
    }

    // A series lives as long as the process: what was counted stays counted.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}
