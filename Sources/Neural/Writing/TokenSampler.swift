// From one row of logits to the next token of a text: repetition penalty, temperature, top-k, top-p, min-p, and chance, in
// the order in which `transformers` applies them. Chance is a function of (seed, step): a text does not depend on its
// neighbours, nor on how often it was begun.
import Foundation

struct TokenSampler: Sendable {
    let options: WritingOptions
    /// Tokens of the text so far: those the penalty makes less likely.
    private var seen: Set<Int32>

    init(_ options: WritingOptions, text: some Sequence<Int32>) {
        self.options = options
        seen = options.repetitionPenalty == 1 ? [] : Set(text)
    }

    /// Chooses a token and remembers it. The logits are changed. nil if they are not numbers.
    /// - Parameter step: tokens written before this one.
    mutating func next(_ logits: UnsafeMutableBufferPointer<Float>, step: Int) -> Int32? {
        penalise(logits)
        var best = 0
        for index in logits.indices {
            guard logits[index] < .infinity else { return nil }  // not a number, too
            if logits[index] > logits[best] { best = index }
        }
        guard logits[best] > -.infinity else { return nil }
        let token = options.temperature < Self.coldest || options.topK == 1 ? best : draw(logits, best: best, step: step)
        if options.repetitionPenalty != 1 { seen.insert(Int32(token)) }
        return Int32(token)
    }

    /// Below this, dividing by the temperature means nothing any more.
    private static let coldest = 1e-3

    private func penalise(_ logits: UnsafeMutableBufferPointer<Float>) {
        let penalty = Float(options.repetitionPenalty)
        for token in seen where logits.indices.contains(Int(token)) {
            logits[Int(token)] *= logits[Int(token)] > 0 ? 1 / penalty : penalty
        }
    }

    private func draw(_ logits: UnsafeMutableBufferPointer<Float>, best: Int, step: Int) -> Int {
        let highest = logits[best]
        let sharpness = Float(1 / options.temperature)
        var total = 0.0
        for index in logits.indices {
            logits[index] = exp((logits[index] - highest) * sharpness)  // the likeliest has 1
            total += Double(logits[index])
        }
        var kept = likeliest(logits, total: total)
        if options.minP > 0 {
            // The likeliest always stays.
            kept = kept.filter { Double(logits[$0]) >= options.minP }
        }
        total = kept.reduce(0) { $0 + Double(logits[$1]) }
        var rest = SeededChance.uniform(seed: options.seed, stream: 0, step: step) * total
        for index in kept {
            rest -= Double(logits[index])
            if rest < 0 { return index }
        }
        return best  // only rounding leads here
    }

    /// The tokens that top-k and top-p keep. Only as many are sorted as it takes.
    private func likeliest(_ weights: UnsafeMutableBufferPointer<Float>, total: Double) -> [Int] {
        let count = options.topK > 0 ? min(options.topK, weights.count) : weights.count
        guard count < weights.count || options.topP < 1 else { return Array(weights.indices) }
        var bound: Float = 1e-2
        while true {
            var kept = weights.indices.filter { weights[$0] >= bound }
            let mass = kept.reduce(0) { $0 + Double(weights[$1]) }
            if bound == 0 || kept.count >= count || count == weights.count && mass >= options.topP * total {
                kept.sort { (-weights[$0], $0) < (-weights[$1], $1) }
                kept.removeLast(kept.count - min(count, kept.count))
                return Array(kept.prefix(nucleus(kept, weights, total: total)))
            }
            bound = bound < 1e-20 ? 0 : bound * 1e-4
        }
    }

    /// How many of the sorted tokens reach top-p of what top-k left; at least one.
    private func nucleus(_ sorted: [Int], _ weights: UnsafeMutableBufferPointer<Float>, total: Double) -> Int {
        guard options.topP < 1 else { return sorted.count }
        let whole = options.topK > 0 ? sorted.reduce(0) { $0 + Double(weights[$1]) } : total
        var mass = 0.0
        for (index, token) in sorted.enumerated() {
            mass += Double(weights[token])
            if mass >= options.topP * whole { return index + 1 }
        }
        return sorted.count
    }
}

/// How a text is written.
public struct WritingOptions: Sendable, Hashable {
    /// Tokens at most.
    public var maxTokens: Int
    /// 0 always takes the likeliest token.
    public var temperature: Double
    /// Only the likeliest tokens that together have this probability; 1: all.
    public var topP: Double
    /// Only so many of the likeliest; 0: all.
    public var topK: Int
    /// Only tokens at least this fraction as likely as the likeliest; 0: all.
    public var minP: Double
    /// Above 1 makes tokens that the text has already less likely (Keskar et al., 2019).
    public var repetitionPenalty: Double
    /// The text ends before the first of these.
    public var stop: [String]
    public var seed: UInt64

    /// Values outside their range are brought into it.
    public init(
        maxTokens: Int, temperature: Double = 1, topP: Double = 1, topK: Int = 0, minP: Double = 0, repetitionPenalty: Double = 1,
        stop: [String] = [], seed: UInt64 = 0
    ) {
        func within(_ value: Double, _ low: Double, _ high: Double, _ fallback: Double) -> Double {
            value.isNaN ? fallback : min(max(value, low), high)
        }
        self.maxTokens = max(maxTokens, 1)
        self.temperature = within(temperature, 0, 100, 1)
        self.topP = within(topP, 1e-9, 1, 1)
        self.topK = max(topK, 0)
        self.minP = within(minP, 0, 1, 0)
        self.repetitionPenalty = within(repetitionPenalty, 0.01, 100, 1)
        self.stop = stop.filter { !$0.isEmpty }
        self.seed = seed
    }
}
