// What is learnt from: tokens, and from where on they are to be foretold. Several texts of a pass lie one after the other without
// padding.

public struct TrainingText: Sendable, Hashable {
    public let tokens: [Int32]
    /// The first token that counts; those before are only read. At least 1: nothing foretells the first.
    public let firstTarget: Int

    public init(_ tokens: [Int32], firstTarget: Int = 1) {
        self.tokens = tokens
        self.firstTarget = min(max(firstTarget, 1), max(tokens.count, 1))
    }

    /// Tokens that count.
    public var targets: Int { max(0, tokens.count - firstTarget) }
    /// Positions that are read: all but the last.
    var positions: Int { max(0, tokens.count - 1) }
}

/// Texts of one pass, row by row.
struct TrainingRows {
    /// texts + 1: where each begins.
    let starts: [Int64]
    let tokens: [Int32]
    /// [rows]: where in its text each stands.
    let places: [Int]
    /// The rows that foretell a token that counts, and the token.
    let targets: [(row: Int, token: Int32)]

    var count: Int { tokens.count }

    init(_ texts: [TrainingText]) {
        var starts: [Int64] = [0]
        var tokens: [Int32] = []
        var places: [Int] = []
        var targets: [(row: Int, token: Int32)] = []
        for text in texts {
            for place in 0..<text.positions {
                if place + 1 >= text.firstTarget { targets.append((tokens.count, text.tokens[place + 1])) }
                tokens.append(text.tokens[place])
                places.append(place)
            }
            starts.append(Int64(tokens.count))
        }
        (self.starts, self.tokens, self.places, self.targets) = (starts, tokens, places, targets)
    }
}
