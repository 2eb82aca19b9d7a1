// Byte-pair merging: of all neighbours with a rule, the pair with the best rank becomes one, the leftmost of equals, until no
// rule applies. A heap of candidates makes this n log n, so that a text without a space is no attack.

enum BytePairMerger {
    private struct Candidate {
        let rank: Int
        /// Places of the two symbols, and how often each had changed when the candidate was made: one that has changed since
        /// is no candidate any more.
        let left: Int
        let right: Int
        let leftAge: Int32
        let rightAge: Int32

        func comesBefore(_ other: Candidate) -> Bool { (rank, left) < (other.rank, other.left) }
    }

    /// - Parameter rule: the rank (smaller is better) of two neighbours and what they become; nil if they stay apart.
    static func merge<Symbol>(_ symbols: [Symbol], rule: (Symbol, Symbol) -> (rank: Int, joined: Symbol)?) -> [Symbol] {
        guard symbols.count > 1 else { return symbols }
        var symbols = symbols
        var next = Array(1...symbols.count)
        var previous = Array(-1..<(symbols.count - 1))
        var ages = [Int32](repeating: 0, count: symbols.count)  // -1: swallowed by its left neighbour
        var heap: [Candidate] = []

        func consider(_ left: Int) {
            let right = next[left]
            guard right < symbols.count, let found = rule(symbols[left], symbols[right]) else { return }
            push(Candidate(rank: found.rank, left: left, right: right, leftAge: ages[left], rightAge: ages[right]), on: &heap)
        }

        for left in symbols.indices.dropLast() { consider(left) }
        while let best = pop(from: &heap) {
            guard ages[best.left] == best.leftAge, ages[best.right] == best.rightAge,
                let found = rule(symbols[best.left], symbols[best.right])
            else { continue }
            symbols[best.left] = found.joined
            ages[best.left] += 1
            ages[best.right] = -1
            next[best.left] = next[best.right]
            if next[best.left] < symbols.count { previous[next[best.left]] = best.left }
            consider(best.left)
            if previous[best.left] >= 0 { consider(previous[best.left]) }
        }
        return symbols.indices.filter { ages[$0] >= 0 }.map { symbols[$0] }
    }

    private static func push(_ candidate: Candidate, on heap: inout [Candidate]) {
        heap.append(candidate)
        var at = heap.count - 1
        while at > 0, heap[at].comesBefore(heap[(at - 1) / 2]) {
            heap.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    private static func pop(from heap: inout [Candidate]) -> Candidate? {
        guard let best = heap.first else { return nil }
        let last = heap.removeLast()
        if heap.isEmpty { return best }
        heap[0] = last
        var at = 0
        while true {
            let left = 2 * at + 1
            guard left < heap.count else { break }
            let child = left + 1 < heap.count && heap[left + 1].comesBefore(heap[left]) ? left + 1 : left
            guard heap[child].comesBefore(heap[at]) else { break }
            heap.swapAt(at, child)
            at = child
        }
        return best
    }
}
