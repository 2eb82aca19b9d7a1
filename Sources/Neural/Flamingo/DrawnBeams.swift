// Continuations of beams drawn by chance instead of the likeliest taken: `transformers`' `do_sample` with `num_beams`. Drawing several
// without putting any back is taking the largest of scores to each of which a number of chance was added (Kool et al., 2019). Pure.
import Foundation

enum DrawnBeams {
    /// Divides by the temperature, then leaves only what top-k and top-p keep, two at least: the rest becomes impossible.
    static func keepLikely(_ scores: inout [Float], _ options: WritingOptions) {
        let warmth = Float(1 / max(options.temperature, 1e-3))
        for index in scores.indices { scores[index] *= warmth }
        guard options.topK > 0 && options.topK < scores.count || options.topP < 1 else { return }
        var order = scores.indices.sorted { scores[$0] > scores[$1] }
        if options.topK > 0 { order = Array(order.prefix(max(2, options.topK))) }
        if options.topP < 1, let largest = order.first.map({ scores[$0] }) {
            let weights = order.map { exp(Double(scores[$0] - largest)) }
            let total = weights.reduce(0, +)
            var (mass, count) = (0.0, 0)
            while count < order.count, count < 2 || mass < options.topP * total {
                mass += weights[count]
                count += 1
            }
            order = Array(order.prefix(count))
        }
        let kept = Set(order)
        for index in scores.indices where !kept.contains(index) { scores[index] = -.infinity }
    }

    /// Tokens of one beam that may be drawn, with the places they have among those of all beams: the largest `count`.
    /// - Parameters:
    ///   - score: of the beam so far.
    ///   - step: tokens written, this one included.
    static func draw(
        _ count: Int, _ scores: [Float], beam: Int, score: Float, seed: UInt64, step: Int
    ) -> [(token: Int, place: Double)] {
        let places = scores.indices.filter { scores[$0] > -.infinity }.map { token in
            let chance = SeededChance.uniform(seed: seed, stream: beam * scores.count + token, step: step)
            return (token: token, place: Double(score + scores[token]) - log(-log(max(chance, 0x1p-60))))
        }
        return Array(places.sorted { $0.place > $1.place }.prefix(count))
    }
}
