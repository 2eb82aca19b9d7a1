// The committed checkpoints of the LLaMA family, and what `transformers` made of them
// (Training/parity/make_llama_fixtures.py).
import Foundation
import Testing

@testable import Neural

struct LlamaFixture: Sendable, CustomTestStringConvertible {
    let name: String

    static let all = ["llama", "llama3", "linear", "dynamic", "mistral", "qwen2", "qwen3"].map(LlamaFixture.init(name:))

    var testDescription: String { name }

    var folder: String {
        Bundle.module.resourceURL?.appendingPathComponent("Fixtures/llama-\(name)").path ?? "the fixtures are not in the bundle"
    }

    func load() throws -> LlamaDecoder {
        let folder = try CheckpointFolder(path: folder)
        let sizes = try LlamaConfiguration(SettingsFile(path: folder.configuration))
        return try LlamaDecoder(TensorSource(file: SafetensorsFolder(folder: folder)), sizes)
    }

    func expected(_ tensor: String) throws -> [Float] {
        let file = try SafetensorsFile(path: "\(folder)/expected.safetensors")
        return try file.tensor(tensor, shape: file.shape(of: tensor) ?? []).floats().array
    }

    func tokens(_ tensor: String) throws -> [Int32] { try expected(tensor).map { Int32($0) } }
}

/// A text being read by a bare decoder: no sampler, no scheduling.
final class BareReader {
    let decoder: LlamaDecoder
    let pool: ComputePool
    let pages: KeyValuePool
    private let workspace: LlamaWorkspace

    init(_ decoder: LlamaDecoder, pool: ComputePool = ComputePool(threads: 2), rows: Int = 256) {
        self.decoder = decoder
        self.pool = pool
        pages = decoder.makePool(bytes: 64 << 20)
        workspace = LlamaWorkspace(rows: rows, decoder.sizes)
    }

    /// Reads more tokens of several texts in one pass. Logits of all new positions, text after text.
    func read(_ texts: inout [KeyValueSequence], _ more: [[Int32]]) -> [Float] {
        var parts: [LlamaDecoder.Part] = []
        for index in texts.indices where !more[index].isEmpty {
            texts[index].extend(by: more[index][...])
            parts.append(LlamaDecoder.Part(sequence: texts[index], count: more[index].count, logits: more[index].count))
        }
        let logits = FloatBuffer(count: parts.reduce(0) { $0 + $1.count } * decoder.sizes.vocabulary)
        decoder.forward(parts, workspace: workspace, logits: logits.start, pool: pool)
        return logits.array
    }

    func read(_ text: inout KeyValueSequence, _ more: [Int32]) -> [Float] {
        var texts = [text]
        let logits = read(&texts, [more])
        text = texts[0]
        return logits
    }

    func begin() -> KeyValueSequence { KeyValueSequence(pages) }
}
