import CoreMetrics
import Synchronization

/// One series that the program counts in: a name, its labels, and a number or a histogram. Any thread may write.
final class MetricSeries: Sendable {
    /// Upper bounds of the buckets in seconds: from what one frame takes to what a slow model takes.
    static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900]

    private struct State {
        var value = 0.0
        var buckets: [UInt64] = []
        var count: UInt64 = 0
    }

    let kind: MetricFamily.Kind
    let labels: [MetricFamily.Label]
    private let state: Mutex<State>

    init(_ kind: MetricFamily.Kind, labels: [MetricFamily.Label]) {
        self.kind = kind
        self.labels = labels
        state = Mutex(State(buckets: kind == .histogram ? Array(repeating: 0, count: Self.bounds.count) : []))
    }

    func add(_ amount: Double) { state.withLock { $0.value += amount } }

    func set(_ value: Double) { state.withLock { $0.value = value } }

    func clear() { state.withLock { $0.value = 0 } }

    /// Counts one value into the histogram.
    func observe(_ value: Double) {
        guard value.isFinite else { return }
        state.withLock { state in
            state.value += value
            state.count += 1
            if let bucket = Self.bounds.firstIndex(where: { value <= $0 }) { state.buckets[bucket] += 1 }
        }
    }

    var samples: [MetricFamily.Sample] {
        let now = state.withLock { $0 }
        guard kind == .histogram else { return [.init(labels, now.value)] }
        var below: UInt64 = 0
        var samples = zip(Self.bounds, now.buckets).map { bound, count -> MetricFamily.Sample in
            below += count
            return .init(suffix: "_bucket", labels + [.init("le", "\(bound)")], Double(below))
        }
        samples.append(.init(suffix: "_bucket", labels + [.init("le", "+Inf")], Double(now.count)))
        samples.append(.init(suffix: "_sum", labels, now.value))
        samples.append(.init(suffix: "_count", labels, Double(now.count)))
        return samples
    }
}

extension MetricSeries: CounterHandler {
    func increment(by amount: Int64) { add(Double(amount)) }
    func reset() { clear() }
}

extension MetricSeries: FloatingPointCounterHandler {
    func increment(by amount: Double) { add(amount) }
}

extension MetricSeries: MeterHandler {
    func set(_ value: Int64) { set(Double(value)) }
    func decrement(by amount: Double) { add(-amount) }
}

extension MetricSeries: RecorderHandler {
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { kind == .histogram ? observe(value) : set(value) }
}

extension MetricSeries: TimerHandler {
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }
}
