// GPT-2 against `transformers`, on a small random checkpoint: same tokens, same logits, same greedy text; from Hugging Face's folders
// and from a checkpoint that TensorFlow wrote (Training/parity/make_gpt2_fixtures.py).
import CKernels
import Foundation
import Testing

@testable import Neural

@Suite("GPT-2 computes what transformers computes")
struct GPT2Tests {
    enum Folder: String, CaseIterable, Sendable {
        case folder = "gpt2-folder"
        case bundle = "gpt2-bundle"

        var path: String {
            Bundle.module.resourceURL?.appendingPathComponent("Fixtures/\(rawValue)").path ?? "the fixtures are not in the bundle"
        }

        func load(level: Int32 = ck_best_level()) throws -> BaseModel {
            try BaseModel(path: path, pool: ComputePool(threads: 2, level: level))
        }
    }

    static func expected(_ tensor: String) throws -> [Float] {
        let file = try SafetensorsFile(path: "\(Folder.folder.path)/expected.safetensors")
        return try file.tensor(tensor, shape: file.shape(of: tensor) ?? []).floats().array
    }

    static func sentences() throws -> [String] {
        try JSONDecoder().decode([String].self, from: Data(contentsOf: URL(filePath: "\(Folder.folder.path)/sentences.json")))
    }

    @Test("texts become the same tokens", arguments: Folder.allCases)
    func tokens(folder: Folder) throws {
        let model = try folder.load()
        for (index, text) in try Self.sentences().enumerated() {
            #expect(model.tokenizer.encode(text).map(Float.init) == (try Self.expected("tokens_\(index)")))
        }
    }

    @Test("the logits of every position agree to 1e-3", arguments: Folder.allCases, LlamaParityTests.levels)
    func logits(folder: Folder, level: Int32) throws {
        let model = try folder.load(level: level)
        for index in try Self.sentences().indices {
            let tokens = try Self.expected("tokens_\(index)").map { Int32($0) }
            #expect(relativeDifference(AdapterFixture.logits(model, tokens, nil), try Self.expected("logits_\(index)")) < 1e-3)
        }
    }

    @Test("greedy text is the same over 40 tokens, and the same for all texts of one batch", arguments: Folder.allCases)
    func greedy(folder: Folder) throws {
        let model = try folder.load()
        for (index, text) in try Self.sentences().enumerated() {
            let expected = try Self.expected("greedy_\(index)").map { Int32($0) }
            let kept = expected.prefix { $0 != model.end }
            let words = String(decoding: kept.flatMap { model.tokenizer.bytes(of: $0) }, as: UTF8.self)
            let written = try model.write(after: text, Array(repeating: WritingOptions(maxTokens: 40, temperature: 0), count: 3))
            #expect(written == [words, words, words])
        }
    }

    @Test("a text does not depend on its neighbours, and ends at a stop")
    func samples() throws {
        let model = try Folder.folder.load()
        func options(_ seed: UInt64) -> WritingOptions { WritingOptions(maxTokens: 20, temperature: 0.8, seed: seed) }
        let together = try model.write(after: "arr the", [options(1), options(2), options(3)])
        let alone = try [1, 2, 3].map { try model.write(after: "arr the", [options($0)])[0] }
        #expect(together == alone && Set(together).count > 1)
        var stopped = options(1)
        stopped.stop = [String(together[0].dropFirst(3).prefix(2))]
        #expect(try model.write(after: "arr the", [stopped])[0].count <= 4)
    }

    @Test("a checkpoint that was cut or changed is refused, not believed")
    func hostile() throws {
        let files = FileManager.default
        let place = files.temporaryDirectory.appending(path: "gpt2-\(UUID())")
        defer { try? files.removeItem(at: place) }
        try files.copyItem(at: URL(filePath: Folder.bundle.path), to: place)
        let index = place.appending(path: "model-7.index")
        let whole = try Data(contentsOf: index)
        for position in stride(from: 0, to: whole.count, by: 7) {
            var bytes = whole
            bytes[position] ^= 0xFF
            try bytes.write(to: index)
            _ = try? BaseModel(path: place.path, pool: ComputePool(threads: 1))
        }
        try whole.dropLast(9).write(to: index)
        #expect(throws: CheckpointError.self) { try BaseModel(path: place.path, pool: ComputePool(threads: 1)) }
        try whole.write(to: index)
        let data = place.appending(path: "model-7.data-00000-of-00001")
        try Data(contentsOf: data).dropLast(100).write(to: data)
        #expect(throws: CheckpointError.self) { try BaseModel(path: place.path, pool: ComputePool(threads: 1)) }
    }
}
