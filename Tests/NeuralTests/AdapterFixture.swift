// Adapters that `peft` saved, and how they learn there (Training/parity/make_adapter_fixtures.py, make_llama_adapter_fixtures.py).
import Foundation
import Testing

@testable import Neural

struct AdapterFixture: Sendable, CustomTestStringConvertible {
    enum Family: String, Sendable {
        case gpt2, llama
    }

    var family = Family.gpt2
    let name: String

    /// Beside the GPT-2 of gpt2-folder.
    static let all = ["all", "stable"].map { AdapterFixture(name: $0) }
    /// The first, as peft saved it in half precision; only its logits are known.
    static let half = AdapterFixture(name: "half")
    /// Beside the LLaMA of the same name.
    static let llamas = ["llama", "llama3", "mistral", "qwen3"].map { AdapterFixture(family: .llama, name: $0) }

    var testDescription: String { "\(family.rawValue) \(name)" }

    var path: String {
        Bundle.module.resourceURL?.appendingPathComponent("Fixtures/\(family.rawValue)-adapter-\(name)").path
            ?? "the fixtures are not in the bundle"
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

    /// Those whose gradient is known.
    func learntTexts() throws -> [TrainingText] { Array(try texts().prefix(family == .gpt2 ? 3 : 6)) }

    func decoder() throws -> any AdaptedDecoder {
        switch family {
        case .gpt2: try GPT2Folder(path: GPT2Tests.Folder.folder.path).decoder()
        case .llama: try LlamaFixture(name: name).load()
        }
    }

    func adapter() throws -> LoRAAdapter { try LoRAAdapter(path: path, layout: decoder().layout) }

    /// The base with a copy of the adapter, to learn.
    func learner(threads: Int = 2, level: Int32? = nil) throws -> any AdapterLearner {
        let pool = ComputePool(threads: threads, level: level)
        let adapter = try adapter()
        let learner = try learner(adapter.settings, pool)
        adapter.read(into: learner.parameters)
        learner.refresh()
        return learner
    }

    private func learner(_ settings: LoRASettings, _ pool: ComputePool) throws -> any AdapterLearner {
        switch family {
        case .gpt2:
            let folder = try GPT2Folder(path: GPT2Tests.Folder.folder.path)
            return try GPT2Learner(folder.tensors, folder.sizes, settings, pool: pool)
        case .llama:
            let folder = try CheckpointFolder(path: LlamaFixture(name: name).folder)
            let sizes = try LlamaConfiguration(SettingsFile(path: folder.configuration))
            return try LlamaLearner(TensorSource(file: SafetensorsFolder(folder: folder)), sizes, settings, pool: pool)
        }
    }

    /// A run in the learner's layout from tensors called `kind.NAME`; zeros where the adapter leaves a layer out.
    func run(_ kind: String, _ parameters: LoRAParameters) throws -> [Float] {
        let rank = parameters.settings.rank
        let file = try SafetensorsFile(path: "\(path)/expected.safetensors")
        return try parameters.slots.flatMap { slot -> [Float] in
            let names = ["A", "B"].map { "\(kind).\(parameters.layout.name(slot.layer, slot.target, $0))" }
            guard file.contains(names[0]) else { return [Float](repeating: 0, count: rank * (slot.inputs + slot.outputs)) }
            let second = try expected(names[1])
            let turned = (0..<rank).flatMap { row in (0..<slot.outputs).map { second[$0 * rank + row] } }
            return try expected(names[0]) + turned
        }
    }

    /// The logits of every position, decoded with an adapter.
    static func logits(_ model: BaseModel, _ tokens: [Int32], _ adapter: LoRAAdapter?) -> [Float] {
        logits(model.decoder, tokens, adapter, model.pool)
    }

    static func logits<Decoder: AdaptedDecoder>(
        _ decoder: Decoder, _ tokens: [Int32], _ adapter: LoRAAdapter?, _ pool: ComputePool
    ) -> [Float] {
        var text = KeyValueSequence(decoder.makePool(bytes: 16 << 20))
        text.extend(by: tokens[...])
        let logits = FloatBuffer(count: tokens.count * decoder.vocabulary)
        decoder.forward(
            [Decoder.part(text, count: tokens.count, logits: tokens.count, adapter)], workspace: decoder.makeWorkspace(rows: tokens.count),
            logits: logits.start, pool: pool)
        return logits.array
    }
}
