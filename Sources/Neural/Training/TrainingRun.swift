// Learns an adapter of a base, or all of its weights, from texts, to the end or until it is told to stop; goes on where it was, bit for bit. The course says
// what is next, the learner computes, this type carries one to the other and keeps the folder.
import Foundation

/// How far learning is. Losses are means over the tokens that count, in nats.
public struct TrainingProgress: Sendable, Equatable {
    public enum News: Sendable, Equatable {
        /// From nothing, or from a checkpoint.
        case began
        /// One more step.
        case learned(loss: Double)
        /// A look at what is held out.
        case looked(loss: Double)
    }

    public var news: News
    /// Steps learnt.
    public var steps: Int
    public var of: Int
    /// Tokens learnt from in this run.
    public var tokens: Int
}

/// What came of it.
public struct TrainingResult: Sendable, Equatable {
    public var ending: TrainingEnding
    /// After how many steps it was best, and its held-out loss then; 0 where nothing was held out.
    public var bestSteps: Int
    public var bestLoss: Double
    public var steps: Int
    /// Whether it went on from a checkpoint.
    public var resumedAt: Int?
}

public enum TrainingFault: Error, Sendable, Equatable {
    /// No text has two tokens.
    case nothingToLearn
}

/// Used by one caller at a time.
public final class TrainingRun {
    private let learner: any TextLearner
    private let settings: TrainingSettings
    private let texts: [TrainingText]
    private let folder: String

    /// Of the base; see ``BaseModel/fingerprint``.
    public var base: String { learner.fingerprint }
    /// That are learnt from or held out.
    public var textCount: Int { texts.count }
    /// Numbers that are learnt.
    public var parameterCount: Int { learner.values.count }

    /// Reads the base.
    /// - Parameters:
    ///   - base: a checkpoint, as ``BaseModel/load(path:threads:)`` reads it.
    ///   - texts: cut to the settings' longest; those without a token to foretell are left out.
    ///   - folder: where the adapter will be, in PEFT's format, or the whole base; until then the checkpoint.
    public convenience init(
        base: String, _ settings: TrainingSettings, texts: (ReplyText) -> [TrainingText], folder: String, threads: Int? = nil
    ) throws {
        let checkpoint = try BaseFolders.read(base)
        try self.init(checkpoint, settings, texts: texts(checkpoint.replies), folder: folder, pool: ComputePool(threads: threads))
    }

    init(_ base: any BaseFolder, _ settings: TrainingSettings, texts: [TrainingText], folder: String, pool: ComputePool) throws {
        self.settings = settings
        self.folder = folder
        let longest = min(settings.longestText, base.context) + 1
        self.texts = texts.map { TrainingText(Array($0.tokens.prefix(longest)), firstTarget: $0.firstTarget) }.filter { $0.targets > 0 }
        guard !self.texts.isEmpty else { throw TrainingFault.nothingToLearn }
        learner = try base.learner(settings.adapter, pool: pool)
    }

    /// Learns. Cancelled, it throws after the step it is in; the last save stays.
    /// - Parameter progress: told at the beginning, after every step and every look; where it throws, that ends it like cancelling.
    public func run(progress: (TrainingProgress) throws -> Void = { _ in }) throws -> TrainingResult {
        let order = TrainingOrder(texts: texts.count, settings)
        let subject = TrainingCheckpoint.Subject(settings, texts)
        let count = learner.values.count
        var state = TrainingCheckpoint.State(
            course: TrainingCourse(), values: learner.values, best: FloatBuffer(count: count),
            optimiser: AdamW(count: count, weightDecay: settings.weightDecay))
        learner.begin(seed: settings.seed)
        let resumed = try TrainingCheckpoint.read(&state, subject, from: folder)
        learner.refresh()
        let resumedAt = resumed ? state.course.steps : nil
        var tokens = 0
        func tell(_ news: TrainingProgress.News) throws {
            try progress(TrainingProgress(news: news, steps: state.course.steps, of: settings.rate.steps, tokens: tokens))
        }
        try tell(.began)
        while true {
            try Task.checkCancellation()
            switch state.course.next(settings) {
            case .learn(let step):
                let chosen = order.texts(step: step, count: settings.batch * settings.accumulation)
                let loss = learn(chosen, step: step, state.optimiser)
                tokens += chosen.reduce(0) { $0 + texts[$1].positions }
                state.course.learned()
                try tell(.learned(loss: loss))
            case .evaluate:
                let loss = evaluate(order.heldOut)
                if state.course.evaluated(loss) { state.best.start.update(from: state.values.start, count: count) }
                if let loss { try tell(.looked(loss: loss)) }
            case .save:
                state.course.saved()
                try TrainingCheckpoint.write(state, subject, to: folder)
            case .end(let ending):
                try learner.write(state.best, to: folder)
                TrainingCheckpoint.remove(from: folder)
                return TrainingResult(
                    ending: ending, bestSteps: state.course.best?.steps ?? 0, bestLoss: state.course.best?.loss ?? 0,
                    steps: state.course.steps, resumedAt: resumedAt)
            }
        }
    }

    private func learn(_ chosen: [Int], step: Int, _ optimiser: AdamW) -> Double {
        let targets = chosen.reduce(0) { $0 + texts[$1].targets }
        learner.forgetGradients()
        var loss = 0.0
        for first in stride(from: 0, to: chosen.count, by: settings.batch) {
            let batch = chosen[first..<min(first + settings.batch, chosen.count)].map { texts[$0] }
            loss += learner.learn(batch, share: 1 / Float(targets))
        }
        GradientNorm.clip(learner.gradients, to: settings.longestGradient)
        optimiser.apply(learner.gradients, to: learner.values, rate: settings.rate.rate(at: step), step: step + 1)
        learner.refresh()
        return loss / Double(targets)
    }

    /// The mean over all tokens held out; nil where none are.
    private func evaluate(_ heldOut: [Int]) -> Double? {
        let targets = heldOut.reduce(0) { $0 + texts[$1].targets }
        guard targets > 0 else { return nil }
        var loss = 0.0
        for first in stride(from: 0, to: heldOut.count, by: settings.batch) {
            loss += learner.loss(heldOut[first..<min(first + settings.batch, heldOut.count)].map { texts[$0] })
        }
        return loss / Double(targets)
    }
}
