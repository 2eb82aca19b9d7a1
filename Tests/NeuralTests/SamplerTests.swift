// The choice of the next token: kept tokens, frequencies, seeds.
import Testing

@testable import Neural

@Suite("Image tokens are drawn from the likeliest, and a seed fixes the draw")
struct SamplerTests {
    private func draws(_ logits: [Float], topK: Int, temperature: Float = 1, steps: Int = 20_000) -> [Int32: Int] {
        let settings = DalleMini.Settings(conditionScale: 1, topK: topK, temperature: temperature)
        let sampler = ImageTokenSampler(seed: 7, settings: settings, codes: logits.count)
        var counts: [Int32: Int] = [:]
        for step in 0..<steps {
            guard let token = sampler.next(logits: logits + logits, picture: 0, pictures: 1, step: step) else { return [:] }
            counts[token, default: 0] += 1
        }
        return counts
    }

    @Test("frequencies follow the softmax of the kept logits")
    func frequencies() {
        let counts = draws([0, 2, -1, 1, 0.5], topK: 3)
        let weights: [Int32: Double] = [1: 7.389, 3: 2.718, 4: 1.649]
        #expect(Set(counts.keys) == Set(weights.keys))
        for (token, weight) in weights {
            #expect(abs(Double(counts[token] ?? 0) / 20_000 - weight / 11.756) < 0.015)
        }
    }

    @Test("ties with the last kept logit are kept, as in the published sampler")
    func ties() {
        #expect(Set(draws([1, 1, 1, 0], topK: 2).keys) == [0, 1, 2])
        #expect(Set(draws([Float](repeating: 3, count: 50), topK: 1).keys) == [0])
        #expect(draws([Float](repeating: 3, count: 50), topK: 7).count == 50)
    }

    @Test("a low temperature sharpens, a high one flattens")
    func temperature() {
        #expect((draws([0, 1], topK: 2, temperature: 0.05)[1] ?? 0) > 19_990)
        #expect(abs((draws([0, 1], topK: 2, temperature: 100)[1] ?? 0) - 10_000) < 500)
    }

    @Test("the k-th largest is found in any order and with repeats")
    func selection() {
        for round in 0..<50 {
            let logits = (0..<97).map { Float(Int(SeededChance.uniform(seed: UInt64(round), stream: 1, step: $0) * 20)) / 4 }
            let bound = logits.sorted(by: >)[9]
            let allowed = Set(logits.indices.filter { logits[$0] >= bound }.map { Int32($0) })
            #expect(Set(draws(logits, topK: 10, temperature: 100, steps: 500).keys).isSubset(of: allowed))
        }
    }

    @Test("logits that are not finite are refused, not drawn from")
    func notFinite() {
        #expect(draws([0, .nan, 1], topK: 2).isEmpty)
        #expect(draws([0, .infinity, 1], topK: 2).isEmpty)
    }

    @Test("chance depends on seed, picture and step, and nothing else")
    func chance() {
        let a = (0..<1000).map { SeededChance.uniform(seed: 1, stream: 2, step: $0) }
        #expect(a == (0..<1000).map { SeededChance.uniform(seed: 1, stream: 2, step: $0) })
        #expect(a.allSatisfy { (0..<1).contains($0) })
        #expect(abs(a.reduce(0, +) / 1000 - 0.5) < 0.04)
        #expect(Set(a).count == 1000)
        #expect(SeededChance.uniform(seed: 1, stream: 2, step: 3) != SeededChance.uniform(seed: 1, stream: 3, step: 2))
    }
}
