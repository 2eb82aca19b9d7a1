// Rotary positions: a pair of numbers of a query or key is turned by position * rate, each pair at its own rate. This file
// says at which rates, in all the published ways to stretch a model beyond the positions it was trained on.
import Foundation

struct RotaryScaling: Sendable, Equatable {
    enum Method: Sendable, Equatable {
        case none
        /// Positions are divided by a factor.
        case linear(factor: Double)
        /// The base grows with the length once that passes `context` ("NTK aware").
        case dynamic(factor: Double, context: Int)
        /// LLaMA 3: slow pairs are divided by a factor, fast ones are not, those between are blended.
        case llama3(factor: Double, low: Double, high: Double, context: Int)
        /// YaRN: as above with a ramp over the pairs, and attention that is sharper by a factor.
        case yarn(factor: Double, fast: Double, slow: Double, context: Int, truncate: Bool, sharpness: Double)
        /// A divisor for each pair, as some GGUF files carry it.
        case divisors([Float])
    }

    var method: Method
    /// The base of the rates: rope_theta.
    var base: Double

    /// What sines and cosines are multiplied by.
    var sharpness: Float {
        if case .yarn(_, _, _, _, _, let sharpness) = method { Float(sharpness) } else { 1 }
    }

    /// Radians a position, for each of the `size / 2` pairs of a head.
    /// - Parameter length: positions of the longest sequence so far; only the dynamic method asks.
    func rates(size: Int, length: Int) -> [Float] {
        let plain = (0..<(size / 2)).map { 1 / pow(Float(base), Float(2 * $0) / Float(size)) }
        switch method {
        case .none:
            return plain
        case .linear(let factor):
            return plain.map { $0 / Float(factor) }
        case .divisors(let divisors):
            return zip(plain, divisors).map { $0 / $1 }
        case .dynamic(let factor, let context):
            guard size > 2 else { return plain }
            let stretch = factor * Double(max(length, context)) / Double(context) - (factor - 1)
            let grown = Float(base * pow(stretch, Double(size) / Double(size - 2)))
            return (0..<(size / 2)).map { 1 / pow(grown, Float(2 * $0) / Float(size)) }
        case .llama3(let factor, let low, let high, let context):
            return plain.map { rate in
                let turns = Double(context) * Double(rate) / (2 * .pi)  // whole turns within the context
                if turns > high { return rate }
                if turns < low { return rate / Float(factor) }
                let smooth = Float((turns - low) / (high - low))
                return (1 - smooth) * rate / Float(factor) + smooth * rate
            }
        case .yarn(let factor, let fast, let slow, let context, let truncate, _):
            func pair(turning turns: Double) -> Double {
                Double(size) * log(Double(context) / (turns * 2 * .pi)) / (2 * log(base))
            }
            var (first, last) = (pair(turning: fast), pair(turning: slow))
            if truncate { (first, last) = (first.rounded(.down), last.rounded(.up)) }
            (first, last) = (max(first, 0), min(last, Double(size - 1)))
            if first == last { last += 0.001 }
            return plain.enumerated().map { index, rate in
                let ramp = Float(min(max((Double(index) - first) / (last - first), 0), 1))
                return rate / Float(factor) * ramp + rate * (1 - ramp)
            }
        }
    }
}

extension RotaryScaling {
    /// Reads `rope_parameters` (or `rope_theta` and `rope_scaling`, as older files have it) of a config.json.
    init(_ file: SettingsFile, context: Int) throws(CheckpointError) {
        let newer = try file.optionalObject("rope_parameters")
        let older = try file.optionalObject("rope_scaling")
        let theta = newer?.has("rope_theta") == true ? newer : file
        base = try theta?.number("rope_theta", 1...1e12, default: 10_000) ?? 10_000
        method = .none
        guard let settings = newer ?? older else { return }
        let oldName = try settings.string("type")
        let kind = try settings.string("rope_type") ?? oldName ?? "default"
        func factor() throws(CheckpointError) -> Double { try settings.number("factor", 1e-3...1e6) }
        func original() throws(CheckpointError) -> Int {
            try settings.int("original_max_position_embeddings", 1...(1 << 24), default: context)
        }
        switch kind {
        case "default", "mrope": break
        case "linear": method = .linear(factor: try factor())
        case "dynamic": method = .dynamic(factor: try factor(), context: context)
        case "llama3":
            method = .llama3(
                factor: try factor(), low: try settings.number("low_freq_factor", 1e-3...1e6),
                high: try settings.number("high_freq_factor", 1e-3...1e6), context: try original())
        case "yarn":
            let factor = try factor()
            method = .yarn(
                factor: factor, fast: try settings.number("beta_fast", 1e-3...1e6, default: 32),
                slow: try settings.number("beta_slow", 1e-3...1e6, default: 1), context: try original(),
                truncate: try settings.flag("truncate", default: true), sharpness: try Self.sharpness(settings, factor: factor))
        default:
            throw settings.fault(.unsupported, "rope_type", "\"\(kind.prefix(20))\" is not default, linear, dynamic, llama3 or yarn")
        }
    }

    private static func sharpness(_ settings: SettingsFile, factor: Double) throws(CheckpointError) -> Double {
        if settings.has("attention_factor") { return try settings.number("attention_factor", 1e-3...1e3) }
        func scale(_ weight: Double) -> Double { factor <= 1 ? 1 : 0.1 * weight * log(factor) + 1 }
        let weight = try settings.number("mscale", 0...1e3, default: 0)
        let all = try settings.number("mscale_all_dim", 0...1e3, default: 0)
        return weight > 0 && all > 0 ? scale(weight) / scale(all) : scale(1)
    }
}
