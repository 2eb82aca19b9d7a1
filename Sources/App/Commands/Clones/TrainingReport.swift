import Foundation
import Memory
import Neural

/// A training, and what came of it.
struct TrainingReport: Sendable {
    var result: TrainingResult
    /// Which base it was.
    var base: String
    /// The held-out loss before the first step, where it began in this run.
    var before: Double?
    var tokensPerSecond: Double

    struct Summary: Encodable {
        var examples: Int
        var steps: Int
        var bestSteps: Int
        var loss: Double
        var lossBefore: Double?
        var resumedAt: Int?
        var ending: String
        var tokensPerSecond: Int
    }

    /// How far it is, with words for a bar.
    struct Step: Sendable {
        var fraction: Double
        var words: String
    }

    /// - Parameter progress: after every step; where it throws, learning ends with that.
    static func learn(
        _ examples: [CloneExample], base: String, _ settings: TrainingSettings, folder: String, threads: Int?,
        progress: (Step) throws -> Void
    ) throws -> TrainingReport {
        let training = try AdapterTraining(
            base: base, settings,
            texts: { tokenizer in examples.map { ReplyText.learning($0.content, to: $0.answers, tokenizer) } }, folder: folder,
            threads: threads)
        let began = ContinuousClock.now
        var before: Double?
        var curve = LossCurve()
        var tokens = 0
        let result = try training.run { now in
            if now.steps == 1 { before = now.heldOut }
            tokens = now.tokens
            curve.add(now.loss)
            let heldOut = now.heldOut.map { String(format: ", held out %.2f", $0) } ?? ""
            try progress(
                Step(
                    fraction: Double(now.steps) / Double(now.of),
                    words: "\(curve.drawn) loss \(String(format: "%.2f", now.loss))\(heldOut)"))
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        return TrainingReport(
            result: result, base: training.base, before: before, tokensPerSecond: seconds > 0 ? Double(tokens) / seconds : 0)
    }

    func summary(examples: Int) -> Summary {
        Summary(
            examples: examples, steps: result.steps, bestSteps: result.bestSteps, loss: result.bestLoss, lossBefore: before,
            resumedAt: result.resumedAt, ending: result.ending.rawValue, tokensPerSecond: Int(tokensPerSecond))
    }

    func words(name: String, examples: Int) -> String {
        let from = before.map { String(format: " (before: %.2f)", $0) } ?? ""
        let ending = result.ending == .noBetter ? ", as more made it no better" : ""
        return """
            \(name)'s clone learnt from \(examples) examples in \(result.steps) steps\(ending): what was held out is foretold with a loss of \
            \(String(format: "%.2f", result.bestLoss))\(from), best after \(result.bestSteps); \(Int(tokensPerSecond)) tokens a second
            """
    }
}

/// The losses so far in a few small columns.
struct LossCurve {
    private static let columns = 20
    private static let marks = Array("▁▂▃▄▅▆▇█")
    private var losses: [Double] = []

    mutating func add(_ loss: Double) { losses.append(loss) }

    /// Each column is the mean of its share of the steps.
    var drawn: String {
        let count = min(Self.columns, losses.count)
        let means = (0..<count).map { column in
            let part = losses[(losses.count * column / count)..<(losses.count * (column + 1) / count)]
            return part.reduce(0, +) / Double(part.count)
        }
        guard let low = means.min(), let high = means.max(), high > low else { return String(repeating: "▁", count: count) }
        return String(means.map { Self.marks[min(7, Int(8 * ($0 - low) / (high - low)))] })
    }
}
