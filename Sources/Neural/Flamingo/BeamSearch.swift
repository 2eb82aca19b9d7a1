// Several continuations of one text kept beside one another, the likeliest as a whole winning: what `transformers` does for
// `num_beams`, step by step, without a model in it. Pure.
import Foundation

struct BeamSearch {
    struct Settings {
        var beams = 3
        /// Most tokens that are written.
        var limit = 20
        var lengthPenalty: Double = 1
        var earlyStopping = false
        var ends: Set<Int32>
        var repetitionPenalty: Double = 1
        var noRepeatNgramSize = 0
        /// Continuations are drawn with these instead of the likeliest taken; of them temperature, top-k, top-p and the seed.
        var drawing: WritingOptions?
    }

    struct Beam: Equatable {
        /// Written so far.
        var tokens: [Int32]
        /// Sum of its tokens' log-probabilities; of a finished one, per token by the length penalty.
        var score: Float
    }

    private static let impossible: Float = -1e9

    let settings: Settings
    private let prompt: [Int32]
    private(set) var running: [Beam]
    private(set) var finished: [Beam] = []
    private(set) var isOver = false

    init(prompt: [Int32], _ settings: Settings) {
        self.settings = settings
        self.prompt = prompt
        running = [Beam(tokens: [], score: 0)]
    }

    /// The best answer.
    var best: [Int32] { (finished.first ?? running.first)?.tokens ?? [] }

    /// One token more.
    ///
    /// - Parameter logits: of each running beam, [vocabulary].
    /// - Returns: for each beam that runs on, the one it goes on from, and its new token.
    mutating func step(_ logits: [[Float]]) -> [(parent: Int, token: Int32)] {
        let length = running[0].tokens.count + 1
        var candidates: [(parent: Int, token: Int32, score: Float)] = []
        var drawn: [(parent: Int, token: Int32, score: Float, place: Double)] = []
        let kept = max(2, 1 + settings.ends.count) * settings.beams
        for (parent, beam) in running.enumerated() {
            var scores = Self.logSoftmax(logits[parent])
            TokenRules.apply(
                to: &scores, after: prompt + beam.tokens, repetitionPenalty: settings.repetitionPenalty,
                noRepeatNgramSize: settings.noRepeatNgramSize)
            if let drawing = settings.drawing {
                DrawnBeams.keepLikely(&scores, drawing)
                let places = DrawnBeams.draw(kept, scores, beam: parent, score: beam.score, seed: drawing.seed, step: length)
                drawn += places.map { (parent: parent, token: Int32($0.token), score: scores[$0.token] + beam.score, place: $0.place) }
                continue
            }
            candidates += Self.likeliest(kept, of: scores).map { (parent: parent, token: Int32($0), score: scores[$0] + beam.score) }
        }
        candidates += drawn.sorted { $0.place > $1.place }.prefix(kept).map { ($0.parent, $0.token, $0.score) }
        candidates = Array(candidates.sorted { $0.score > $1.score }.prefix(kept))

        let isLast = length >= settings.limit
        func ends(_ candidate: (parent: Int, token: Int32, score: Float)) -> Bool { isLast || settings.ends.contains(candidate.token) }
        let isFull = finished.count >= settings.beams
        if !(isFull && settings.earlyStopping) {
            for candidate in candidates.prefix(settings.beams) where ends(candidate) && candidate.score > Self.impossible {
                let score = candidate.score / Float(pow(Double(length), settings.lengthPenalty))
                finished.append(Beam(tokens: running[candidate.parent].tokens + [candidate.token], score: score))
            }
            // The older one stays in front among equals.
            finished = Array(
                finished.enumerated().sorted { ($0.element.score, $1.offset) > ($1.element.score, $0.offset) }.map(\.element).prefix(
                    settings.beams))
        }
        let going = candidates.filter { !ends($0) }.prefix(settings.beams)
        let next = going.map { Beam(tokens: running[$0.parent].tokens + [$0.token], score: $0.score) }
        isOver = isLast || next.isEmpty || isDone(next, length: length)
        running = next
        return going.map { ($0.parent, $0.token) }
    }

    /// Whether nothing that still runs is expected to be better than what is there.
    private func isDone(_ next: [Beam], length: Int) -> Bool {
        guard finished.count >= settings.beams, let worst = finished.last else { return false }
        if settings.earlyStopping { return true }
        return next[0].score / Float(pow(Double(length), settings.lengthPenalty)) <= worst.score
    }

    /// Where the largest numbers are, the largest first; of equal ones the first.
    private static func likeliest(_ count: Int, of scores: [Float]) -> [Int] {
        var best: [Int] = []
        for index in scores.indices where best.count < count || scores[index] > scores[best[best.count - 1]] {
            if best.count == count { best.removeLast() }
            best.insert(index, at: best.firstIndex { scores[$0] < scores[index] } ?? best.count)
        }
        return best
    }

    static func logSoftmax(_ logits: [Float]) -> [Float] {
        let largest = logits.max() ?? 0
        let sum = logits.reduce(Float(0)) { $0 + exp($1 - largest) }
        return logits.map { $0 - largest - log(sum) }
    }
}

/// Rules about what may come next, by what came before. As `transformers` has them.
enum TokenRules {
    static func apply(to scores: inout [Float], after tokens: [Int32], repetitionPenalty: Double, noRepeatNgramSize: Int) {
        if repetitionPenalty != 1 {
            let penalty = Float(repetitionPenalty)
            for token in Set(tokens) where scores.indices.contains(Int(token)) {
                let score = scores[Int(token)]
                scores[Int(token)] = score < 0 ? score * penalty : score / penalty
            }
        }
        let size = noRepeatNgramSize
        guard size > 0, tokens.count + 1 >= size else { return }
        let last = tokens.suffix(size - 1)
        for start in 0..<max(0, tokens.count - size + 1) where tokens[start..<(start + size - 1)].elementsEqual(last) {
            let token = Int(tokens[start + size - 1])
            if scores.indices.contains(token) { scores[token] = -.infinity }
        }
    }
}
