// Adapters in PEFT's format, read, written and spoken with.
import CKernels
import Foundation
import Testing

@testable import Neural

@Suite("Adapters of PEFT's format")
struct AdapterTests {
    @Test(
        "an adapter that peft saved, in float32 or float16, gives the logits that it gives there",
        arguments: AdapterFixture.all + [.half], LlamaParityTests.levels)
    func logits(fixture: AdapterFixture, level: Int32) throws {
        let model = try GPT2Tests.Folder.folder.load(level: level)
        let adapter = try LoRAAdapter(path: fixture.path, for: model)
        #expect(relativeDifference(AdapterFixture.logits(model, try fixture.tokens(3), adapter), try fixture.expected("logits")) < 1e-4)
    }

    @Test("an adapter of a LLaMA gives the logits that it gives there", arguments: AdapterFixture.llamas, LlamaParityTests.levels)
    func llamaLogits(fixture: AdapterFixture, level: Int32) throws {
        let pool = ComputePool(threads: 2, level: level)
        let (decoder, adapter, tokens) = (try fixture.decoder(), try fixture.adapter(), try fixture.tokens(3))
        let logits = AdapterFixture.logits(decoder, tokens, adapter, pool)
        #expect(relativeDifference(logits, try fixture.expected("logits")) < 1e-4)
        #expect(relativeDifference(AdapterFixture.logits(decoder, tokens, nil, pool), logits) > 0.1)
    }

    @Test("numbers of 16 bits are used where the file has them, whatever their address", arguments: [0, 1, 2, 3], ["F16", "BF16", "F32"])
    func inPlace(shift: Int, kind: String) throws {
        // Two rows of numbers that every kind has exactly, so that any way of reading them gives the same.
        let (rank, inputs, outputs) = (2, 4_100, 3)
        let numbers = (0..<(rank * inputs)).map { Float($0 % 5 - 2) / 4 }
        let kind = try #require(NumberKind(rawValue: kind))
        func bytes(_ numbers: [Float]) -> [UInt8] {
            [UInt8](repeating: 0, count: shift)
                + numbers.flatMap { number in
                    switch kind {
                    case .float16: withUnsafeBytes(of: ck_half(number)) { Array($0) }
                    case .bfloat16: withUnsafeBytes(of: UInt16(number.bitPattern >> 16)) { Array($0) }
                    default: withUnsafeBytes(of: number) { Array($0) }
                    }
                }
        }
        let second = (0..<(outputs * rank)).map { Float($0 - 2) / 2 }
        let input = (0..<inputs).map { Float($0 % 3 - 1) }
        var result = [Float](repeating: 1, count: outputs)
        let pool = ComputePool(threads: 1)
        bytes(numbers).withUnsafeBytes { a in
            bytes(second).withUnsafeBytes { b in
                input.withUnsafeBufferPointer { x in
                    result.withUnsafeMutableBufferPointer { y in
                        var row = ck_adapted_row(
                            input: x.baseAddress, first: a.baseAddress.map { $0 + shift }, second: b.baseAddress.map { $0 + shift },
                            first_kind: kind.code, second_kind: kind.code, result: y.baseAddress, rank: Int64(rank),
                            inputs: Int64(inputs), outputs: Int64(outputs), scale: 0.5)
                        ck_adapted_rows(pool.handle, &row, 1)
                    }
                }
            }
        }
        let inner = (0..<rank).map { row in (0..<inputs).reduce(Float(0)) { $0 + numbers[row * inputs + $1] * input[$1] } }
        let expected = (0..<outputs).map { output in
            (0..<rank).reduce(Float(1)) { $0 + 0.5 * second[output * rank + $1] * inner[$1] }
        }
        #expect(relativeDifference(result, expected) < 1e-5)
    }

    @Test("an adapter of a clone takes two bytes a number, and says the same as in four: logits within 1 %, the same words")
    func half() throws {
        let model = try GPT2Tests.Folder.folder.load()
        let learner = try AdapterFixture.all[0].learner()
        let folder = try TemporaryFolder()
        func written(isHalf: Bool) throws -> (adapter: LoRAAdapter, weights: Data) {
            try LoRAAdapter.write(learner.parameters, learner.parameters.values, to: folder.path, isHalf: isHalf)
            let weights = try Data(contentsOf: URL(filePath: "\(folder.path)/adapter_model.safetensors"))
            return (try LoRAAdapter(path: folder.path, for: model), weights)
        }
        let (full, half) = (try written(isHalf: false), try written(isHalf: true))
        #expect(full.weights.count - half.weights.count > 2 * learner.parameters.values.count - 200)
        let tokens = try AdapterFixture.all[0].tokens(3)
        let logits = AdapterFixture.logits(model, tokens, full.adapter)
        #expect(relativeDifference(AdapterFixture.logits(model, tokens, half.adapter), logits) < 0.01)
        let options = WritingOptions(maxTokens: 24, temperature: 0)
        for beginning in ["arr the kettle", "the storm", "a"] {
            let words = try [full, half].map { try model.write([BaseVoice(beginning: beginning, options: options, adapter: $0.adapter)]) }
            #expect(words[0] == words[1])
        }
        // Rounded once, it is not rounded again.
        half.adapter.read(into: learner.parameters)
        #expect(try written(isHalf: true).weights == half.weights)
    }

    @Test("an adapter written and read again is the same, bit for bit", arguments: AdapterFixture.all + AdapterFixture.llamas)
    func writes(fixture: AdapterFixture) throws {
        let learner = try fixture.learner()
        let folder = try TemporaryFolder()
        try LoRAAdapter.write(learner.parameters, learner.parameters.values, to: folder.path, isHalf: false)
        let layout = learner.parameters.layout
        let again = try LoRAAdapter(path: folder.path, layout: layout)
        #expect(again.settings == learner.parameters.settings)
        let copy = LoRAParameters(again.settings, layout)
        again.read(into: copy)
        #expect(copy.values.array == learner.parameters.values.array)
        let (decoder, tokens, pool) = (try fixture.decoder(), try fixture.tokens(3), ComputePool(threads: 1))
        let original = try fixture.adapter()
        #expect(AdapterFixture.logits(decoder, tokens, again, pool) == AdapterFixture.logits(decoder, tokens, original, pool))
    }

    /// `ADAPTER_CHECK=FOLDER` leaves what `make_adapter_fixtures.py --check FOLDER/gpt2` and `make_llama_adapter_fixtures.py --check
    /// FOLDER/llama` load with peft.
    @Test(
        "peft reads what is written", .enabled(if: ProcessInfo.processInfo.environment["ADAPTER_CHECK"] != nil),
        arguments: [AdapterFixture.all[1], AdapterFixture.llamas[0]])
    func forPEFT(fixture: AdapterFixture) throws {
        let place = try #require(ProcessInfo.processInfo.environment["ADAPTER_CHECK"]) + "/\(fixture.family.rawValue)"
        let learner = try fixture.learner()
        for index in 0..<learner.gradients.count { learner.parameters.values.start[index] += 0.1 * Float(index % 7) }
        try LoRAAdapter.write(learner.parameters, learner.parameters.values, to: "\(place)/adapter")
        let (decoder, tokens) = (try fixture.decoder(), try fixture.tokens(3))
        let written = try LoRAAdapter(path: "\(place)/adapter", layout: decoder.layout)
        let logits = AdapterFixture.logits(decoder, tokens, written, ComputePool(threads: 1))
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
        let voices = adapters.map { BaseVoice(beginning: "arr the kettle", options: options, adapter: $0) }
        let together = try model.write(voices)
        #expect(together == (try voices.map { try model.write([$0])[0] }))
        #expect(Set(together).count == 3)
    }

    @Test("those that were not used for longest leave the shelf where there is no room, and the latest always has some")
    func shelf() throws {
        let model = try GPT2Tests.Folder.folder.load()
        let files = try ["adapter_config.json", "adapter_model.safetensors"].map {
            Array(try Data(contentsOf: URL(filePath: "\(AdapterFixture.all[0].path)/\($0)")))
        }
        let shelf = AdapterShelf(room: 2 * files[1].count + 9)
        func put(_ name: String) throws { _ = try shelf.put(name, settings: files[0], weights: files[1], for: model) }
        try put("a")
        try put("b")
        #expect(shelf.adapter("a") != nil)
        try put("c")
        #expect(shelf.adapter("b") == nil && shelf.adapter("a") != nil && shelf.adapter("c") != nil)
        try put("c")
        #expect(shelf.bytes == 2 * files[1].count && shelf.adapter("a") != nil)
        shelf.drop("a")
        #expect(shelf.adapter("a") == nil && shelf.bytes == files[1].count)
        let tokens = try AdapterFixture.all[0].tokens(3)
        let held = AdapterFixture.logits(model, tokens, try #require(shelf.adapter("c")))
        #expect(relativeDifference(held, try AdapterFixture.all[0].expected("logits")) < 1e-4)
        for damaged in [[], Array(files[1].dropLast(9)), Array(files[1].prefix(5))] {
            #expect(throws: CheckpointError.self) { try shelf.put("d", settings: files[0], weights: damaged, for: model) }
        }
        let narrow = AdapterShelf(room: 1)
        _ = try narrow.put("a", settings: files[0], weights: files[1], for: model)
        #expect(narrow.adapter("a") != nil)
    }

    @Test("an answer is asked for as it was taught, and what people write is never taken for a special token")
    func replies() throws {
        let replies = try GPT2Folder(path: GPT2Tests.Folder.folder.path).replies
        for message in ["arr the\nstorm <|endoftext|> there", "", nil] {
            let taught = replies.learning("the <|endoftext|> kettle", to: message)
            let beginning = replies.beginning(message)
            #expect(taught.tokens.starts(with: beginning) && taught.firstTarget == beginning.count)
            let end = try #require(replies.tokenizer.token("<|endoftext|>"))
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
