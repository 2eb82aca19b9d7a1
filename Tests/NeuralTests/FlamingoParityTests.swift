// Flamingo against the public open_flamingo code, on small random checkpoints: same vision tokens, same logits, same text, greedy and
// by beams, however the work is cut and whatever is remembered of it.
import CKernels
import Foundation
import Testing

@testable import Neural

struct FlamingoFixture: Sendable, CustomTestStringConvertible {
    let name: String
    static let all = ["every", "second", "mpt", "mpt-norm", "neox"].map(FlamingoFixture.init(name:))
    var testDescription: String { name }

    var folder: String {
        Bundle.module.resourceURL?.appendingPathComponent("Fixtures/flamingo-\(name)").path ?? "the fixtures are not in the bundle"
    }

    func load() throws -> Flamingo { try Flamingo(folder: folder) }

    func expected(_ tensor: String) throws -> [Float] {
        let file = try SafetensorsFile(path: "\(folder)/expected.safetensors")
        return try file.tensor(tensor, shape: file.shape(of: tensor) ?? []).floats().array
    }

    func tokens(_ tensor: String) throws -> [Int32] { try expected(tensor).map { Int32($0) } }

    /// Three pictures.
    func pictures(_ side: Int) throws -> [[UInt8]] {
        let all = try expected("pixels").map { UInt8($0) }
        let size = side * side * 3
        return stride(from: 0, to: all.count, by: size).map { Array(all[$0..<($0 + size)]) }
    }

    /// What the beam search was told.
    func settings(_ model: Flamingo) throws -> BeamSearch.Settings {
        let told = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: "\(folder)/beam.json"))) as? [String: Any] ?? [:]
        var settings = BeamSearch.Settings(limit: 16, ends: [model.sizes.endOfChunk])
        settings.beams = told["num_beams"] as? Int ?? 0
        settings.lengthPenalty = told["length_penalty"] as? Double ?? 1
        settings.earlyStopping = told["early_stopping"] as? Bool ?? false
        settings.noRepeatNgramSize = told["no_repeat_ngram_size"] as? Int ?? 0
        settings.repetitionPenalty = told["repetition_penalty"] as? Double ?? 1
        return settings
    }
}

@Suite("A Flamingo computes what the public code computes")
struct FlamingoParityTests {
    static let levels = Array(Int32(CK_REFERENCE)...ck_best_level())

    @Test("a picture's vision tokens agree to 1e-3", arguments: FlamingoFixture.all, levels)
    func vision(fixture: FlamingoFixture, level: Int32) throws {
        let (model, pool) = (try fixture.load(), ComputePool(threads: 2, level: level))
        let tokens = try fixture.pictures(model.sizes.vision.side).flatMap { model.visionTokens($0, pool: pool).array }
        #expect(relativeDifference(tokens, try fixture.expected("vision_tokens")) < 1e-3)
    }

    @Test("the logits of every position agree to 1e-3, before the first picture too", arguments: FlamingoFixture.all, levels)
    func logits(fixture: FlamingoFixture, level: Int32) throws {
        let (model, pool) = (try fixture.load(), ComputePool(threads: 2, level: level))
        let pages = model.language.makePool(bytes: 8 << 20)
        let pictures = try fixture.pictures(model.sizes.vision.side).map { model.look(at: $0, pool: pool) }
        let logits = model.logits(of: try fixture.tokens("prompt"), pictures: pictures, pages: pages, pool: pool)
        #expect(relativeDifference(logits.flatMap(\.self), try fixture.expected("logits")) < 1e-3)
    }

    @Test("greedy text and that of a beam search are the same", arguments: FlamingoFixture.all)
    func searches(fixture: FlamingoFixture) throws {
        let model = try fixture.load()
        let desk = FlamingoDesk(model, pool: ComputePool(threads: 2), bytes: 16 << 20)
        let pictures = try fixture.pictures(model.sizes.vision.side)
        let prompt = try fixture.tokens("prompt")
        let greedy = BeamSearch.Settings(beams: 1, limit: 16, ends: [model.sizes.endOfChunk])
        #expect(try desk.write(prompt, pictures: pictures, .search(greedy)).tokens == fixture.tokens("greedy"))
        #expect(try desk.write(prompt, pictures: pictures, .search(fixture.settings(model))).tokens == fixture.tokens("beam"))
    }

    @Test("what is remembered of examples changes nothing, and is not worked out again", arguments: FlamingoFixture.all)
    func memory(fixture: FlamingoFixture) throws {
        let model = try fixture.load()
        let pictures = try fixture.pictures(model.sizes.vision.side)
        let prompt = try fixture.tokens("prompt")
        let settings = try fixture.settings(model)
        let desk = FlamingoDesk(model, pool: ComputePool(threads: 2), bytes: 16 << 20)
        let first = try desk.write(prompt, pictures: pictures, .search(settings))
        let again = try desk.write(prompt, pictures: pictures, .search(settings))
        let other = try desk.write(prompt, pictures: [pictures[0], pictures[1], pictures[0]], .search(settings))
        let fresh = try FlamingoDesk(model, pool: ComputePool(threads: 2), bytes: 16 << 20)
            .write(prompt, pictures: [pictures[0], pictures[1], pictures[0]], .search(settings))
        #expect(again.tokens == first.tokens && other.tokens == fresh.tokens)
        let last = try #require(prompt.lastIndex(of: model.sizes.mediaToken))
        #expect((first.cachedTokens, first.picturesLookedAt) == (0, 3))
        #expect((again.cachedTokens, again.picturesLookedAt) == (last, 0))
        #expect((other.cachedTokens, other.picturesLookedAt) == (last, 0))
        #expect((fresh.cachedTokens, fresh.picturesLookedAt) == (0, 2))
    }
}

@Suite("A beam search")
struct BeamSearchTests {
    /// A model of few words whose probabilities are told.
    private func run(_ settings: BeamSearch.Settings, _ next: ([Int32]) -> [Float]) -> [Int32] {
        var search = BeamSearch(prompt: [], settings)
        while !search.isOver { _ = search.step(search.running.map { next($0.tokens).map { log($0) } }) }
        return search.best
    }

    @Test("finds what is likelier as a whole, where the greedy way begins with the likelier word")
    func whole() {
        // 0 ends. After 1 all is uncertain, after 2 the end is near.
        func next(_ tokens: [Int32]) -> [Float] {
            switch tokens.last {
            case nil: [0.0001, 0.5999, 0.4]
            case 1: [0.34, 0.33, 0.33]
            default: [0.98, 0.01, 0.01]
            }
        }
        #expect(run(.init(beams: 1, limit: 4, ends: [0]), next) == [1, 0])
        #expect(run(.init(beams: 2, limit: 4, lengthPenalty: 0, ends: [0]), next) == [2, 0])
    }

    @Test("draws as likely as things are, only what top-k and top-p keep, and always two")
    func drawing() {
        var scores = [Float](repeating: 0, count: 4)
        func kept(_ options: WritingOptions) -> [Int] {
            scores = [0.5, 0.3, 0.15, 0.05].map { log($0) }
            DrawnBeams.keepLikely(&scores, options)
            return scores.indices.filter { scores[$0] > -.infinity }
        }
        #expect(kept(WritingOptions(maxTokens: 1, topK: 3)) == [0, 1, 2])
        #expect(kept(WritingOptions(maxTokens: 1, topP: 0.9)) == [0, 1, 2])
        #expect(kept(WritingOptions(maxTokens: 1, topK: 1)) == [0, 1])
        #expect(kept(WritingOptions(maxTokens: 1, temperature: 0.5)) == [0, 1, 2, 3] && scores[0] == 2 * log(Float(0.5)))
        scores = [0.5, 0.3, 0.15, 0.05].map { log($0) }
        var counts = [0, 0, 0, 0]
        for seed in 0..<4_000 { counts[DrawnBeams.draw(1, scores, beam: 0, score: -3, seed: UInt64(seed), step: 1)[0].token] += 1 }
        for (count, share) in zip(counts, [0.5, 0.3, 0.15, 0.05]) { #expect(abs(Double(count) / 4_000 - share) < 0.03) }
    }

    @Test("keeps its rules: nothing twice, and no more than the limit")
    func rules() {
        let same: ([Int32]) -> [Float] = { _ in [0.0001, 0.5, 0.3, 0.1999] }
        #expect(run(.init(beams: 1, limit: 5, ends: [0]), same) == [1, 1, 1, 1, 1])
        #expect(run(.init(beams: 1, limit: 3, ends: [0], noRepeatNgramSize: 1), same) == [1, 2, 3])
        #expect(run(.init(beams: 1, limit: 3, ends: [0], repetitionPenalty: 3), same) == [1, 2, 3])
    }
}
