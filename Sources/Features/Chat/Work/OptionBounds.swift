import Inference

/// How far people may turn the knobs of a model. Pure.
struct OptionBounds: Sendable, Hashable {
    var maxTokens = 1...8_192
    var temperature = 0.0...2
    var topP = 0.01...1
    var topK = 1...1_000
    var minP = 0.0...1
    var repetitionPenalty = 0.5...2
    var stops = 4
    var stopLength = 50

    /// What of these wishes may be had: within the bounds, and no longer than the model's owner allows.
    func clamped(_ options: TextOptions, owner: TextOptions) -> TextOptions {
        var result = options
        result.maxTokens = options.maxTokens.map { min(owner.maxTokens ?? .max, max(maxTokens.lowerBound, min(maxTokens.upperBound, $0))) }
        result.temperature = options.temperature.map { clamp($0, temperature) }
        result.topP = options.topP.map { clamp($0, topP) }
        result.topK = options.topK.map { max(topK.lowerBound, min(topK.upperBound, $0)) }
        result.minP = options.minP.map { clamp($0, minP) }
        result.repetitionPenalty = options.repetitionPenalty.map { clamp($0, repetitionPenalty) }
        result.stop = options.stop.filter { !$0.isEmpty }.prefix(stops).map { String($0.prefix(stopLength)) }
        return result
    }

    private func clamp(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        value.isNaN ? range.lowerBound : max(range.lowerBound, min(range.upperBound, value))
    }
}
