// Adapters that `peft` saved, and how they learn there (Training/parity/make_adapter_fixtures.py).
import Foundation
import Testing

@testable import Neural

struct AdapterFixture: Sendable, CustomTestStringConvertible {
    let name: String

    static let all = ["all", "stable"].map(AdapterFixture.init(name:))
    /// The first, as peft saved it in half precision; only its logits are known.
    static let half = AdapterFixture(name: "half")

    var testDescription: String { name }

    var path: String {
        Bundle.module.resourceURL?.appendingPathComponent("Fixtures/gpt2-adapter-\(name)").path ?? "the fixtures are not in the bundle"
    }

    func expected(_ tensor: String) throws -> [Float] {
        let file = try SafetensorsFile(path: "\(path)/expected.safetensors")
        return try file.tensor(tensor, shape: file.shape(of: tensor) ?? []).floats().array
    }

    func tokens(_ index: Int) throws -> [Int32] { try expected("tokens_\(index)").map { Int32($0) } }

    /// The six texts.
    func texts() throws -> [TrainingText] {
        try expected("firsts").enumerated().map { TrainingText(try tokens($0.offset), firstTarget: Int($0.element)) }
    }

    /// The base with a copy of the adapter, to learn.
    func learner(threads: Int = 2, level: Int32? = nil) throws -> GPT2Learner {
        let folder = try GPT2Folder(path: GPT2Tests.Folder.folder.path)
        let pool = ComputePool(threads: threads, level: level)
        let adapter = try LoRAAdapter(path: path, sizes: folder.sizes)
        let learner = try GPT2Learner(GPT2Decoder(folder.tensors, folder.sizes), folder.tensors, adapter.settings, pool: pool)
        adapter.read(into: learner.parameters)
        learner.refresh()
        return learner
    }

    /// A run in the learner's layout from tensors called `kind.NAME`.
    func run(_ kind: String, _ parameters: LoRAParameters) throws -> [Float] {
        let rank = parameters.settings.rank
        return try parameters.slots.flatMap { slot in
            let name = "\(kind).base_model.model.transformer.h.\(slot.layer).\(slot.target.rawValue).lora"
            let second = try expected("\(name)_B.weight")
            let turned = (0..<rank).flatMap { row in (0..<slot.outputs).map { second[$0 * rank + row] } }
            return try expected("\(name)_A.weight") + turned
        }
    }

    /// The logits of every position, decoded with an adapter.
    static func logits(_ model: GPT2Model, _ tokens: [Int32], _ adapter: LoRAAdapter?) -> [Float] {
        var text = KeyValueSequence(model.decoder.makePool(bytes: 16 << 20))
        text.extend(by: tokens[...])
        let logits = FloatBuffer(count: tokens.count * model.decoder.sizes.vocabulary)
        model.decoder.forward(
            [.init(sequence: text, count: tokens.count, logits: tokens.count, adapter: adapter)],
            workspace: GPT2Workspace(rows: tokens.count, model.decoder.sizes), logits: logits.start, pool: model.pool)
        return logits.array
    }
}
