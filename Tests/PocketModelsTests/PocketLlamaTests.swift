// The pocket Llama as a base of adapters: it is the smallest of its family with a tokenizer that is here.
import Foundation
import Neural
import Testing

@testable import PocketModels

@Suite("The pocket Llama as a base that learns")
struct PocketLlamaTests {
    private static let lines = [
        ("how is the harbour?", "arr, the tide be low"), ("is it late?", "arr, the moon be up"), ("who is there?", "arr, the gulls"),
        ("good morning", "arr, the fog be thick"), ("what now?", "arr, we sail"), ("hello", "arr"),
    ]

    private static func training(_ folder: URL) throws -> TrainingRun {
        try TrainingRun(
            base: PocketCheckpoint.llama.path,
            TrainingSettings(
                adapter: LoRASettings(rank: 4, alpha: 8), steps: 8, highestRate: 1e-2, batch: 2, heldOut: 0.2, evaluateEvery: 4,
                saveEvery: 3, seed: 5), texts: { replies in lines.map { replies.learning($0.1, to: $0.0) } }, folder: folder.path,
            threads: 1)
    }

    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pocket-llama-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test("an adapter that was cut off at its learning goes on with the same bits, and changes what is said")
    func learns() async throws {
        let (whole, cut) = (try folder(), try folder())
        defer { for folder in [whole, cut] { try? FileManager.default.removeItem(at: folder) } }
        var losses: [Double] = []
        _ = try Self.training(whole).run { if case .learned(let loss) = $0.news { losses.append(loss) } }
        #expect(losses.count == 8 && losses.suffix(2).reduce(0, +) < losses.prefix(2).reduce(0, +))
        struct Killed: Error {}
        #expect(throws: Killed.self) { try Self.training(cut).run { if $0.steps == 5 { throw Killed() } } }
        #expect(try Self.training(cut).run().resumedAt == 3)
        for file in ["adapter_config.json", "adapter_model.safetensors"] {
            #expect(try Data(contentsOf: cut.appending(path: file)) == Data(contentsOf: whole.appending(path: file)))
        }

        let model = try BaseModel.load(path: PocketCheckpoint.llama.path, threads: 1)
        let adapter = try LoRAAdapter(path: whole.path, for: model)
        let options = WritingOptions(maxTokens: 12, temperature: 0)
        let said = try model.write([adapter, nil].map { BaseVoice(replyTo: "how is the harbour?", options: options, adapter: $0) })
        #expect(said[0] != said[1])
    }
}
