// The course of learning, without any arithmetic: what is to be done next, when it was good, when it is over. A value that a
// checkpoint holds whole.

struct TrainingCourse: Sendable, Equatable, Codable {
    enum Move: Sendable, Equatable {
        /// Learn step `step`, counted from 0.
        case learn(step: Int)
        /// Look at the held-out loss.
        case evaluate
        case save
        case end(TrainingEnding)
    }

    /// Steps learnt.
    private(set) var steps = 0
    /// The best held-out loss, and after how many steps it was.
    private(set) var best: Best?
    private(set) var evaluatedAt: Int?
    private(set) var savedAt = 0
    /// Looks in a row that were no better.
    private(set) var stale = 0

    struct Best: Sendable, Equatable, Codable {
        var steps: Int
        var loss: Double
    }

    func next(_ settings: TrainingSettings) -> Move {
        let isLast = steps >= settings.rate.steps
        let isTimeToLook = steps % max(1, settings.evaluateEvery) == 0 || isLast
        if isTimeToLook, evaluatedAt != steps { return .evaluate }
        let ending: TrainingEnding? = isLast ? .finished : stale >= settings.patience ? .noBetter : nil
        if savedAt != steps, ending != nil || steps % max(1, settings.saveEvery) == 0 { return .save }
        return ending.map { .end($0) } ?? .learn(step: steps)
    }

    mutating func learned() { steps += 1 }

    /// - Parameter loss: nil where nothing is held out; then the latest is the best.
    /// - Returns: whether it is the best so far.
    mutating func evaluated(_ loss: Double?) -> Bool {
        evaluatedAt = steps
        guard let loss, let best, !(loss < best.loss) else {
            self.best = Best(steps: steps, loss: loss ?? 0)
            stale = 0
            return true
        }
        stale += 1
        return false
    }

    mutating func saved() { savedAt = steps }
}

/// Why learning ended.
public enum TrainingEnding: String, Sendable, Equatable, Codable {
    /// All steps were learnt.
    case finished
    /// What was held out was foretold no better for a while.
    case noBetter
}
