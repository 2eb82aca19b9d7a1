// How the next token is chosen: what each option keeps, and that a seed fixes the text.
import Testing

@testable import Neural

@Suite("Tokens of texts are drawn as the options say")
struct TokenSamplerTests {
    /// Probabilities of five tokens.
    private let likelihoods: [Double] = [0.05, 0.4, 0.1, 0.25, 0.2]

    /// How often each token comes, in shares of many draws.
    private func shares(_ options: WritingOptions, text: [Int32] = [], count: Int = 4000) -> [Double] {
        var shares = [Double](repeating: 0, count: likelihoods.count)
        for step in 0..<count {
            var sampler = TokenSampler(options, text: text)
            var logits = likelihoods.map { Float(log2($0) * 0.693_147_18) }
            if let token = logits.withUnsafeMutableBufferPointer({ sampler.next($0, step: step) }) {
                shares[Int(token)] += 1 / Double(count)
            }
        }
        return shares
    }

    private func log2(_ x: Double) -> Double {
        // Enough for the five numbers above.
        var (low, high) = (-10.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if power(middle) < x { low = middle } else { high = middle }
        }
        return low
    }

    private func power(_ exponent: Double) -> Double {
        var (result, term) = (1.0, 1.0)
        for n in 1..<80 {
            term *= exponent * 0.693_147_180_559_945_3 / Double(n)
            result += term
        }
        return result
    }

    private func options(
        temperature: Double = 1, topP: Double = 1, topK: Int = 0, minP: Double = 0, penalty: Double = 1
    ) -> WritingOptions {
        WritingOptions(
            maxTokens: 10, temperature: temperature, topP: topP, topK: topK, minP: minP, repetitionPenalty: penalty, seed: 11)
    }

    private func isClose(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 0.03 } }

    @Test("without options, tokens come as often as the model says") func plain() {
        #expect(isClose(shares(options()), likelihoods))
    }

    @Test("temperature 0 always takes the likeliest") func greedy() {
        #expect(shares(options(temperature: 0), count: 50) == shares(options(topK: 1), count: 50))
        #expect(shares(options(temperature: 0), count: 50)[1] > 0.999)
    }

    @Test("a low temperature sharpens the likelihoods") func temperature() {
        let squares = likelihoods.map { $0 * $0 }
        let sum = squares.reduce(0, +)
        #expect(isClose(shares(options(temperature: 0.5)), squares.map { $0 / sum }))
    }

    @Test("top-k keeps the k likeliest") func topK() {
        #expect(isClose(shares(options(topK: 2)), [0, 0.4 / 0.65, 0, 0.25 / 0.65, 0]))
    }

    @Test("top-p keeps as few as reach the probability, also after top-k") func topP() {
        #expect(isClose(shares(options(topP: 0.6)), [0, 0.4 / 0.65, 0, 0.25 / 0.65, 0]))
        #expect(isClose(shares(options(topP: 0.7)), [0, 0.4 / 0.85, 0, 0.25 / 0.85, 0.2 / 0.85]))
        // Of the two that top-k leaves, the first has 62 %.
        #expect(shares(options(topP: 0.6, topK: 2), count: 200)[1] > 0.999)
    }

    @Test("min-p keeps what is not much less likely than the likeliest") func minP() {
        #expect(isClose(shares(options(minP: 0.3)), [0, 0.4 / 0.85, 0, 0.25 / 0.85, 0.2 / 0.85]))
    }

    @Test("the repetition penalty makes what was written less likely") func penalty() {
        // ln 0.4 = -0.916; twice that is the logarithm of 0.16.
        let sum = 1 - 0.4 + 0.16
        #expect(isClose(shares(options(penalty: 2), text: [1]), [0.05, 0.16, 0.1, 0.25, 0.2].map { $0 / sum }))
    }

    @Test("in a large vocabulary the few that are kept are the likeliest") func large() {
        let count = 50_000
        var logits = (0..<count).map { Float(SeededChance.uniform(seed: 3, stream: 0, step: $0) * 10) }
        let best = Set(logits.indices.sorted { logits[$0] > logits[$1] }.prefix(40))
        let original = logits
        for step in 0..<200 {
            var sampler = TokenSampler(options(topK: 40), text: [])
            logits = original
            let token = logits.withUnsafeMutableBufferPointer { sampler.next($0, step: step) }
            #expect(token.map { best.contains(Int($0)) } == true)
        }
    }

    @Test("logits that are no numbers give no token") func broken() {
        for bad in [Float.nan, .infinity] {
            var sampler = TokenSampler(options(), text: [])
            var logits: [Float] = [0, bad, 1]
            #expect(logits.withUnsafeMutableBufferPointer { sampler.next($0, step: 0) } == nil)
        }
    }
}

@Suite("A text ends before the first stop sequence, and nothing of one is shown")
struct StopFilterTests {
    @Test("however the text is cut into pieces", arguments: 1...6) func cuts(size: Int) {
        var filter = StopFilter(["END", "\nUser:", "ende"])
        let text = Array("The E and the EN, an en\nUse 🦙r.\nUser: more END")
        var shown = ""
        for start in stride(from: 0, to: text.count, by: size) {
            shown += filter.feed(String(text[start..<min(start + size, text.count)]))
            #expect(!shown.contains("\nUser"))
        }
        shown += filter.finish()
        #expect(shown == "The E and the EN, an en\nUse 🦙r." && filter.isStopped)
    }

    @Test("what only looked like one is shown at the end") func almost() {
        var filter = StopFilter(["</s>"])
        #expect(filter.feed("a </") == "a ")
        #expect(filter.finish() == "</" && !filter.isStopped)
    }
}
