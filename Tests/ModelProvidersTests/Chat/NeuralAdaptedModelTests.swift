import Foundation
import Inference
import ModelProviders
import Testing

@Suite("A base that speaks in the manner of several persons")
struct NeuralAdaptedModelTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("NeuralTests/Fixtures")

    private func model() -> NeuralAdaptedModel {
        NeuralAdaptedModel(name: "tiny", path: Self.fixtures.appendingPathComponent("gpt2-folder").path, threads: 1)
    }

    private func request(_ adapter: String, seeds: [UInt64] = [1, 2], message: String = "the storm") -> AdaptedRequest {
        AdaptedRequest(
            adapter: adapter, message: message, options: seeds.map { TextOptions(maxTokens: 6, temperature: 0.8, seed: $0) },
            files: {
                let folder = Self.fixtures.appendingPathComponent("gpt2-adapter-\(adapter)")
                func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appendingPathComponent(name))) }
                return .init(settings: try bytes("adapter_config.json"), weights: try bytes("adapter_model.safetensors"))
            })
    }

    @Test func `requests that come together are answered as if each had come alone`() async throws {
        let together = model()
        let requests = ["all", "stable", "all", "stable"].enumerated().map { request($0.element, message: "message \($0.offset)") }
        let lines = try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
            for (index, request) in requests.enumerated() { group.addTask { (index, try await together.write(request)) } }
            return try await group.reduce(into: [Int: [String]]()) { $0[$1.0] = $1.1 }
        }
        let alone = model()
        for (index, request) in requests.enumerated() { #expect(try await alone.write(request) == lines[index]) }
        #expect(lines.values.allSatisfy { $0.count == 2 } && Set(lines.values).count == 4)
    }

    @Test func `an adapter is fetched once, and one that is gone or damaged fails with a reason`() async throws {
        let model = model()
        let first = try await model.write(request("all"))
        var again = request("all")
        again.files = {
            Issue.record("fetched again")
            return nil
        }
        #expect(try await model.write(again) == first)
        var gone = request("stable")
        gone.files = { nil }
        await #expect(throws: ModelError.self) { try await model.write(gone) }
        gone.files = { .init(settings: Array("{}".utf8), weights: [0]) }
        await #expect(throws: ModelError.self) { try await model.write(gone) }
        #expect(try await model.write(request("stable")).count == 2)
    }

    @Test func `a base says which it is; one that is not there fails with its path`() async throws {
        #expect(try await model().base().hasPrefix("gpt2 2x32 "))
        let missing = NeuralAdaptedModel(name: "gone", path: "/nowhere/at/all")
        let error = await #expect(throws: ModelError.self) { try await missing.base() }
        #expect(error?.details.contains("/nowhere/at/all") == true)
    }
}
