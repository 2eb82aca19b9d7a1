// Adapters in PEFT's format, read, written and spoken with.
import CKernels
import Foundation
import Testing

@testable import Neural

@Suite("Adapters of PEFT's format")
struct AdapterTests {
    @Test("an adapter that peft saved gives the logits that it gives there", arguments: AdapterFixture.all, LlamaParityTests.levels)
    func logits(fixture: AdapterFixture, level: Int32) throws {
        let model = try GPT2Tests.Folder.folder.load(level: level)
        let adapter = try LoRAAdapter(path: fixture.path, for: model)
        #expect(relativeDifference(AdapterFixture.logits(model, try fixture.tokens(3), adapter), try fixture.expected("logits")) < 1e-4)
    }

    @Test("an adapter written and read again is the same, bit for bit", arguments: AdapterFixture.all)
    func writes(fixture: AdapterFixture) throws {
        let learner = try fixture.learner()
        let folder = try TemporaryFolder()
        try LoRAAdapter.write(learner.parameters, learner.parameters.values, to: folder.path)
        let again = try LoRAAdapter(path: folder.path, sizes: learner.sizes)
        #expect(again.settings == learner.parameters.settings)
        let copy = LoRAParameters(again.settings, learner.sizes)
        again.read(into: copy)
        #expect(copy.values.array == learner.parameters.values.array)
        let model = try GPT2Tests.Folder.folder.load()
        let tokens = try fixture.tokens(3)
        let original = try LoRAAdapter(path: fixture.path, for: model)
        #expect(AdapterFixture.logits(model, tokens, again) == AdapterFixture.logits(model, tokens, original))
    }

    /// `ADAPTER_CHECK=FOLDER` leaves what `make_adapter_fixtures.py --check FOLDER` loads with peft.
    @Test("peft reads what is written", .enabled(if: ProcessInfo.processInfo.environment["ADAPTER_CHECK"] != nil))
    func forPEFT() throws {
        let place = try #require(ProcessInfo.processInfo.environment["ADAPTER_CHECK"])
        let fixture = AdapterFixture.all[1]
        let learner = try fixture.learner()
        for index in 0..<learner.gradients.count { learner.parameters.values.start[index] += 0.1 * Float(index % 7) }
        try LoRAAdapter.write(learner.parameters, learner.parameters.values, to: "\(place)/adapter")
        let model = try GPT2Tests.Folder.folder.load()
        let tokens = try fixture.tokens(3)
        let logits = AdapterFixture.logits(model, tokens, try LoRAAdapter(path: "\(place)/adapter", for: model))
        func tensor(_ numbers: [Float], _ shape: [Int]) -> SafetensorsWriter.Tensor {
            let buffer = FloatBuffer(count: numbers.count)
            for (index, number) in numbers.enumerated() { buffer.start[index] = number }
            return .init(shape: shape, numbers: buffer)
        }
        try SafetensorsWriter.write(
            [
                "tokens": tensor(tokens.map(Float.init), [tokens.count]),
                "logits": tensor(logits, [tokens.count, logits.count / tokens.count]),
            ],
            to: "\(place)/expected.safetensors")
    }

    @Test("one batch speaks with different adapters and with none, each as alone")
    func batch() throws {
        let model = try GPT2Tests.Folder.folder.load()
        let adapters = try AdapterFixture.all.map { try LoRAAdapter(path: $0.path, for: model) } + [nil]
        let options = WritingOptions(maxTokens: 12, temperature: 0.9, seed: 4)
        let voices = adapters.map { GPT2Voice(beginning: "arr the kettle", options: options, adapter: $0) }
        let together = try model.write(voices)
        #expect(together == (try voices.map { try model.write([$0])[0] }))
        #expect(Set(together).count == 3)
    }

    @Test("those that were not used for longest leave the shelf, and no file stays behind")
    func shelf() throws {
        let model = try GPT2Tests.Folder.folder.load()
        let shelf = AdapterShelf(places: 2)
        let files = try ["adapter_config.json", "adapter_model.safetensors"].map {
            Array(try Data(contentsOf: URL(filePath: "\(AdapterFixture.all[0].path)/\($0)")))
        }
        func put(_ name: String) throws { _ = try shelf.put(name, settings: files[0], weights: files[1], for: model) }
        try put("a")
        try put("b")
        #expect(shelf.adapter("a") != nil)
        try put("c")
        #expect(shelf.adapter("b") == nil && shelf.adapter("a") != nil && shelf.adapter("c") != nil)
        shelf.drop("a")
        #expect(shelf.adapter("a") == nil)
        let tokens = try AdapterFixture.all[0].tokens(3)
        let mapped = AdapterFixture.logits(model, tokens, try #require(shelf.adapter("c")))
        #expect(relativeDifference(mapped, try AdapterFixture.all[0].expected("logits")) < 1e-4)
        #expect(throws: CheckpointError.self) { try shelf.put("d", settings: files[0], weights: Array(files[1].dropLast(9)), for: model) }
    }

    @Test("an answer is asked for as it was taught, and what people write is never taken for a special token")
    func replies() throws {
        let tokenizer = try GPT2Folder(path: GPT2Tests.Folder.folder.path).tokenizer
        for message in ["arr the\nstorm <|endoftext|> there", "", nil] {
            let taught = ReplyText.learning("the <|endoftext|> kettle", to: message, tokenizer)
            let beginning = ReplyText.beginning(message, tokenizer)
            #expect(taught.tokens.starts(with: beginning) && taught.firstTarget == beginning.count)
            let end = try #require(tokenizer.token("<|endoftext|>"))
            #expect(taught.tokens.filter { $0 == end }.count == 2 && taught.tokens.last == end)
        }
    }

    @Test("an adapter of another base, of another kind, or cut, is refused with what is wrong")
    func hostile() throws {
        let model = try GPT2Tests.Folder.folder.load()
        let fixture = AdapterFixture.all[0]
        let folder = try TemporaryFolder()
        func attempt(_ change: (inout [String: Any]) -> Void, cut: Int = 0) throws -> CheckpointError? {
            let config = try Data(contentsOf: URL(filePath: "\(fixture.path)/adapter_config.json"))
            var object = try #require(try JSONSerialization.jsonObject(with: config) as? [String: Any])
            change(&object)
            _ = try folder.write(JSONSerialization.data(withJSONObject: object), to: "adapter_config.json")
            let weights = try Data(contentsOf: URL(filePath: "\(fixture.path)/adapter_model.safetensors"))
            _ = try folder.write(weights.dropLast(cut), to: "adapter_model.safetensors")
            do { _ = try LoRAAdapter(path: folder.path, for: model) } catch { return error }
            return nil
        }
        #expect(try attempt({ _ in }) == nil)
        #expect(try attempt({ $0["r"] = 5 })?.code == .wrongShape)
        #expect(try attempt({ $0["use_dora"] = true })?.item == "use_dora")
        #expect(try attempt({ $0["rank_pattern"] = ["c_attn": 2] })?.item == "rank_pattern")
        #expect(try attempt({ $0["target_modules"] = ["q_proj"] })?.item == "target_modules")
        #expect(try attempt({ $0["target_modules"] = ["c_attn"] })?.code == .unsupported)
        #expect(try attempt({ _ in }, cut: 10)?.code == .truncated)
    }
}
