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

    /// How far it is.
    struct Step: Sendable {
        var steps = 0
        var of: Int
        var curve: LossCurve
        /// Whether it was looked at what is held out just now.
        var isLook = false

        var fraction: Double { Double(steps) / Double(max(1, of)) }
        var words: String {
            [("loss", curve.learnt.last), ("held out", curve.heldOut.last)].compactMap { name, point in
                point.map { "\(name) \(String(format: "%.2f", $0.loss))" }
            }.joined(separator: ", ")
        }
    }

    /// - Parameters:
    ///   - curve: of an earlier run that this one may go on from.
    ///   - progress: after every step and look; where it throws, learning ends with that.
    static func learn(
        _ examples: [CloneExample], base: String, _ settings: TrainingSettings, folder: String, threads: Int?,
        after curve: LossCurve = LossCurve(), progress: (Step) throws -> Void
    ) throws -> TrainingReport {
        let training = try TrainingRun(
            base: base, settings,
            texts: { replies in examples.map { replies.learning($0.content, to: $0.answers) } }, folder: folder, threads: threads)
        let began = ContinuousClock.now
        var before: Double?
        var tokens = 0
        var step = Step(of: settings.rate.steps, curve: curve)
        let result = try training.run { now in
            (step.steps, step.isLook, tokens) = (now.steps, false, now.tokens)
            switch now.news {
            case .began: step.curve.cut(to: now.steps)
            case .learned(let loss): step.curve.learned(loss, step: now.steps)
            case .looked(let loss):
                if now.steps == 0 { before = loss }
                step.curve.looked(loss, step: now.steps)
                step.isLook = true
            }
            try progress(step)
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
