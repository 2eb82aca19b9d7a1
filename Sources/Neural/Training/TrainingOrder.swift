// Which texts a step learns from: all in an order drawn anew each round, a few held out. Follows from seed and step alone, so a run
// that goes on later reads what it would have read.

struct TrainingOrder: Sendable {
    /// Texts that are learnt from.
    let learnt: [Int]
    /// Texts that are only looked at.
    let heldOut: [Int]
    private let seed: UInt64

    /// The most that are held out: a look costs as much as half a step of as many texts.
    static let mostHeldOut = 64

    init(texts: Int, _ settings: TrainingSettings) {
        seed = settings.seed
        let shuffled = Self.shuffled(Array(0..<texts), seed: settings.seed, round: 0)
        // Of two texts one may be held out, of one none.
        let held = min(Int((Double(texts) * settings.heldOut).rounded(.up)), Self.mostHeldOut, texts / 2)
        heldOut = Array(shuffled.prefix(held))
        learnt = Array(shuffled.dropFirst(held))
    }

    /// - Parameter step: counted from 0.
    func texts(step: Int, count: Int) -> [Int] {
        guard !learnt.isEmpty else { return [] }
        var chosen: [Int] = []
        var (round, order): (Int, [Int]) = (-1, [])
        for place in (step * count)..<((step + 1) * count) {
            if place / learnt.count != round {
                round = place / learnt.count
                order = Self.shuffled(learnt, seed: seed, round: round + 1)
            }
            chosen.append(order[place % learnt.count])
        }
        return chosen
    }

    /// Fisher and Yates.
    private static func shuffled(_ texts: [Int], seed: UInt64, round: Int) -> [Int] {
        var texts = texts
        for place in stride(from: texts.count - 1, to: 0, by: -1) {
            texts.swapAt(place, Int(SeededChance.uniform(seed: seed, stream: round, step: place) * Double(place + 1)))
        }
        return texts
    }
}
