// All weights of a GPT-2 learn, against PyTorch (Training/parity/make_whole_fixtures.py), and what is written.
import Foundation
import Testing

@testable import Neural

@Suite("All weights of a GPT-2 learn as they do in PyTorch")
struct WholeTests {
    private static func expected(_ tensor: String) throws -> [Float] {
        let path = Bundle.module.resourceURL?.appendingPathComponent("Fixtures/gpt2-whole/expected.safetensors").path ?? ""
        let file = try SafetensorsFile(path: path)
        return try file.tensor(tensor, shape: file.shape(of: tensor) ?? []).floats().array
    }

    private static func texts() throws -> [TrainingText] {
        try expected("firsts").enumerated().map {
            TrainingText(try expected("tokens_\($0.offset)").map { Int32($0) }, firstTarget: Int($0.element))
        }
    }

    private static func learner(threads: Int = 2, level: Int32? = nil) throws -> GPT2WholeLearner {
        let learner = try GPT2WholeLearner(
            GPT2Folder(path: GPT2Tests.Folder.folder.path), pool: ComputePool(threads: threads, level: level))
        learner.begin(seed: 1)
        return learner
    }

    @Test("loss and the gradient of every tensor agree to 1e-4", arguments: LlamaParityTests.levels)
    func gradients(level: Int32) throws {
        let learner = try Self.learner(level: level)
        let texts = Array(try Self.texts().prefix(3))
        let targets = texts.reduce(0) { $0 + $1.targets }
        let loss = learner.learn(texts, share: 1 / Float(targets))
        #expect(abs(loss / Double(targets) - Double(try Self.expected("loss")[0])) < 1e-4)
        let gradients = learner.gradients.array
        for slot in learner.weights.slots {
            let theirs = try Self.expected("gradient.\(slot.name)")
            #expect(relativeDifference(Array(gradients[slot.start..<(slot.start + slot.count)]), theirs) < 1e-4, "\(slot.name)")
        }
    }

    @Test("texts give the same gradients on any number of threads")
    func threads() throws {
        let (one, two) = (try Self.learner(threads: 1), try Self.learner(threads: 2))
        for learner in [one, two] { _ = learner.learn(try Self.texts(), share: 0.1) }
        #expect(one.gradients.array == two.gradients.array)
    }

    @Test("20 steps of AdamW with clipping give the same losses within 1 %")
    func curve() throws {
        let (learner, texts, expected) = (try Self.learner(), try Self.texts(), try Self.expected("losses"))
        let optimiser = AdamW(count: learner.values.count)
        for step in expected.indices {
            let chosen = (0..<2).map { texts[(2 * step + $0) % texts.count] }
            let targets = chosen.reduce(0) { $0 + $1.targets }
            learner.forgetGradients()
            let loss = learner.learn(chosen, share: 1 / Float(targets)) / Double(targets)
            GradientNorm.clip(learner.gradients, to: 1)
            optimiser.apply(learner.gradients, to: learner.values, rate: 1e-3, step: step + 1)
            learner.refresh()
            #expect(abs(loss - Double(expected[step])) < 0.01 * Double(expected[step]))
        }
    }

    private static let settings = TrainingSettings(
        adapter: nil, steps: 12, highestRate: 2e-3, batch: 3, longestText: 12, heldOut: 0.2, evaluateEvery: 4, patience: 9, saveEvery: 5,
        seed: 3)

    private static func run(_ folder: String, base: GPT2Tests.Folder = .folder) throws -> TrainingRun {
        let sentences = ["arr the kettle and the rope", "arr the storm", "hello there how is the harbour", "arr arr the deck", "the rope"]
        return try TrainingRun(
            base: base.path, settings, texts: { replies in sentences.map { TrainingText(replies.tokenizer.encode($0)) } },
            folder: folder, threads: 1)
    }

    @Test("a run that was cut off ends with the same bits, in a folder that is a GPT-2 again", arguments: GPT2Tests.Folder.allCases)
    func resumes(base: GPT2Tests.Folder) throws {
        let (whole, cut) = (try TemporaryFolder(), try TemporaryFolder())
        #expect(try Self.run(whole.path, base: base).run().steps == 12)
        struct Killed: Error {}
        #expect(throws: Killed.self) { try Self.run(cut.path, base: base).run { if $0.steps == 8 { throw Killed() } } }
        #expect(try Self.run(cut.path, base: base).run().resumedAt == 5)
        let files = try FileManager.default.contentsOfDirectory(atPath: whole.path)
        #expect(Set(files).isSuperset(of: ["config.json", "model.safetensors", "vocab.json", "merges.txt"]))
        #expect(!files.contains("training.safetensors"))
        for file in files {
            #expect(try Data(contentsOf: URL(filePath: "\(cut.path)/\(file)")) == Data(contentsOf: URL(filePath: "\(whole.path)/\(file)")))
        }
        let (before, after) = (try base.load(), try BaseModel.load(path: whole.path, threads: 1))
        #expect(before.fingerprint != after.fingerprint && before.tokenizer.encode("the kettle") == after.tokenizer.encode("the kettle"))
        let options = [WritingOptions(maxTokens: 8, temperature: 0)]
        #expect(try before.write(after: "arr the", options) != after.write(after: "arr the", options))
    }

    /// `WHOLE_CHECK=FOLDER` leaves what `make_whole_fixtures.py --check FOLDER` loads with transformers.
    @Test("transformers reads what is written", .enabled(if: ProcessInfo.processInfo.environment["WHOLE_CHECK"] != nil))
    func forTransformers() throws {
        let place = try #require(ProcessInfo.processInfo.environment["WHOLE_CHECK"])
        _ = try Self.run(place).run()
        let model = try BaseModel.load(path: place, threads: 1)
        let tokens: [Int32] = [5, 9, 200, 31, 7]
        let logits = AdapterFixture.logits(model, tokens, nil)
        func tensor(_ numbers: [Float], _ shape: [Int]) -> SafetensorsWriter.Tensor {
            let buffer = FloatBuffer(count: numbers.count)
            for (index, number) in numbers.enumerated() { buffer.start[index] = number }
            return .init(shape: shape, numbers: buffer)
        }
        try SafetensorsWriter.write(
            ["tokens": tensor(tokens.map(Float.init), [5]), "logits": tensor(logits, [5, logits.count / 5])],
            to: "\(place)/expected.safetensors")
    }
}
