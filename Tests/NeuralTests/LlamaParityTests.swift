// The LLaMA family against `transformers`, on small random checkpoints: same logits, same greedy text, however the work is cut.
import CKernels
import Testing

@testable import Neural

@Suite("A LLaMA computes what transformers computes")
struct LlamaParityTests {
    static let levels = Array(Int32(CK_REFERENCE)...ck_best_level())

    @Test("the logits of every position agree to 1e-3", arguments: LlamaFixture.all, levels)
    func logits(fixture: LlamaFixture, level: Int32) throws {
        let reader = BareReader(try fixture.load(), pool: ComputePool(threads: 2, level: level))
        let vocabulary = reader.decoder.sizes.vocabulary
        for prompt in 0..<2 {
            var text = reader.begin()
            let logits = reader.read(&text, try fixture.tokens("prompt_\(prompt)") + fixture.tokens("written_\(prompt)"))
            let kept = stride(from: 0, to: logits.count / vocabulary, by: 4).flatMap { logits[($0 * vocabulary)..<(($0 + 1) * vocabulary)] }
            #expect(relativeDifference(kept, try fixture.expected("logits_\(prompt)")) < 1e-3)
        }
    }

    @Test("greedy text is the same over 64 tokens, two texts at once", arguments: LlamaFixture.all)
    func greedy(fixture: LlamaFixture) throws {
        let reader = BareReader(try fixture.load())
        let vocabulary = reader.decoder.sizes.vocabulary
        let expected = try (0..<2).map { try fixture.tokens("written_\($0)") }
        var texts = [reader.begin(), reader.begin()]
        var next = try (0..<2).map { try fixture.tokens("prompt_\($0)") }
        var written: [[Int32]] = [[], []]
        while written[0].count < expected[0].count {
            let logits = reader.read(&texts, next)
            var row = 0
            for text in 0..<2 {
                row += next[text].count
                var last = Array(logits[((row - 1) * vocabulary)..<(row * vocabulary)])
                last[1] = -.infinity  // the end token, which the fixtures never take
                let best = last.indices.max { last[$0] < last[$1] } ?? 0
                written[text].append(Int32(best))
                next[text] = [Int32(best)]
            }
        }
        #expect(written == expected)
    }

    @Test(
        "logits do not depend on how a text is cut into passes, nor on its neighbours",
        arguments: LlamaFixture.all.filter { $0.name != "dynamic" })
    func cuts(fixture: LlamaFixture) throws {
        let reader = BareReader(try fixture.load())
        let tokens = try fixture.tokens("prompt_1") + fixture.tokens("written_1")
        var whole = reader.begin()
        let logits = reader.read(&whole, tokens)
        var texts = [reader.begin(), reader.begin()]
        var pieces: [Float] = []
        var rest = tokens[...]
        for size in [1, 5, 40, 2, 30, 60] {
            let piece = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            let both = reader.read(&texts, [piece, Array(tokens.prefix(7))])
            pieces += both.prefix(piece.count * reader.decoder.sizes.vocabulary)
        }
        #expect(pieces == logits)
    }

    @Test("two texts that begin alike share pages until one of them goes on")
    func sharing() throws {
        let reader = BareReader(try LlamaFixture(name: "llama").load())
        let tokens = (0..<150).map { Int32($0 % 90 + 2) }
        var first = reader.begin()
        let whole = reader.read(&first, tokens)
        #expect(reader.pages.used == 3)
        var second = first.prefix(100)
        #expect(reader.pages.used == 3)
        #expect(second.pagesNeeded(for: 50) == 2)
        let again = reader.read(&second, Array(tokens[100...]))
        #expect(reader.pages.used == 5)
        #expect(again == Array(whole[(100 * 96)...]))
        var third = first.prefix(140)
        _ = reader.read(&third, [5, 6, 7])
        #expect(reader.read(&first, [9]) == reader.read(&second, [9]))
        first = reader.begin()
        second = reader.begin()
        third = reader.begin()
        #expect(reader.pages.used == 0)
    }
}
