// GGUF files: what is in them is what the same checkpoint says in its folder, and a damaged one is refused, never a trap.
// Whether llama.cpp writes the same texts from the same file, Tests/EndToEnd asks it.
import Foundation
import Testing

@testable import Neural

/// Writes GGUF files for the tests.
struct GGUFBuilder {
    private var header: [UInt8] = []
    private var valueCount = 0
    private var tensors: [(name: String, shape: [Int], kind: UInt32, data: [UInt8])] = []

    static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }

    static func bytes(_ text: String) -> [UInt8] { bytes(UInt64(text.utf8.count)) + Array(text.utf8) }

    mutating func set(_ key: String, _ kind: UInt32, _ value: [UInt8]) {
        header += Self.bytes(key) + Self.bytes(kind) + value
        valueCount += 1
    }

    mutating func set(_ key: String, _ text: String) { set(key, 8, Self.bytes(text)) }
    mutating func set(_ key: String, _ number: Int) { set(key, 4, Self.bytes(UInt32(number))) }
    mutating func set(_ key: String, _ number: Float) { set(key, 6, Self.bytes(number.bitPattern)) }
    mutating func set(_ key: String, list kind: UInt32, _ values: [[UInt8]]) {
        set(key, 9, Self.bytes(kind) + Self.bytes(UInt64(values.count)) + values.flatMap { $0 })
    }

    mutating func add(_ name: String, _ shape: [Int], kind: UInt32 = 0, _ data: [UInt8]) { tensors.append((name, shape, kind, data)) }

    /// The whole file.
    func file(version: UInt32 = 3) -> [UInt8] {
        var result = Array("GGUF".utf8) + Self.bytes(version) + Self.bytes(UInt64(tensors.count)) + Self.bytes(UInt64(valueCount)) + header
        var offset = 0
        for tensor in tensors {
            result += Self.bytes(tensor.name) + Self.bytes(UInt32(tensor.shape.count))
            for size in tensor.shape.reversed() { result += Self.bytes(UInt64(size)) }
            result += Self.bytes(tensor.kind) + Self.bytes(UInt64(offset))
            offset += (tensor.data.count + 31) / 32 * 32
        }
        for tensor in tensors {
            while result.count % 32 != 0 { result.append(0) }
            result += tensor.data
        }
        return result
    }

    /// A fixture as llama.cpp's converter would write it.
    static func converted(_ fixture: LlamaFixture) throws -> GGUFBuilder {
        let folder = try CheckpointFolder(path: fixture.folder)
        let sizes = try LlamaConfiguration(SettingsFile(path: folder.configuration))
        let tensors = try SafetensorsFolder(folder: folder)
        var builder = GGUFBuilder()
        builder.set("general.architecture", "llama")
        builder.set("llama.embedding_length", sizes.width)
        builder.set("llama.block_count", sizes.layers)
        builder.set("llama.attention.head_count", sizes.heads)
        builder.set("llama.attention.head_count_kv", sizes.keyHeads)
        builder.set("llama.attention.key_length", sizes.headSize)
        builder.set("llama.feed_forward_length", sizes.hidden)
        builder.set("llama.context_length", sizes.context)
        builder.set("llama.attention.layer_norm_rms_epsilon", sizes.epsilon)
        builder.set("llama.rope.freq_base", Float(sizes.rotary.base))
        builder.set("tokenizer.ggml.model", "llama")
        let controls = ["<unk>", "<s>", "</s>"]
        let texts: [String] = (0..<sizes.vocabulary).map { index in
            index < 3 ? controls[index] : String(UnicodeScalar(UInt8(index + 30)))
        }
        let types: [[UInt8]] = texts.indices.map { index in bytes(Int32(index == 0 ? 2 : index < 3 ? 3 : 1)) }
        builder.set("tokenizer.ggml.tokens", list: 8, texts.map { bytes($0) })
        builder.set("tokenizer.ggml.scores", list: 6, texts.indices.map { bytes(Float(-$0).bitPattern) })
        builder.set("tokenizer.ggml.token_type", list: 5, types)
        builder.set("tokenizer.ggml.bos_token_id", 1)
        builder.set("tokenizer.ggml.eos_token_id", 2)
        let (queries, keys) = (sizes.heads * sizes.headSize, sizes.keyHeads * sizes.headSize)
        var list: [(String, [Int])] = [
            ("model.embed_tokens.weight", [sizes.vocabulary, sizes.width]), ("model.norm.weight", [sizes.width]),
        ]
        if tensors.contains("lm_head.weight"), !sizes.tiedHead { list.append(("lm_head.weight", [sizes.vocabulary, sizes.width])) }
        for layer in 0..<sizes.layers {
            let parts: [(String, [Int])] = [
                ("input_layernorm", [sizes.width]), ("post_attention_layernorm", [sizes.width]),
                ("self_attn.q_proj", [queries, sizes.width]),
                ("self_attn.k_proj", [keys, sizes.width]), ("self_attn.v_proj", [keys, sizes.width]),
                ("self_attn.o_proj", [sizes.width, queries]), ("mlp.gate_proj", [sizes.hidden, sizes.width]),
                ("mlp.up_proj", [sizes.hidden, sizes.width]), ("mlp.down_proj", [sizes.width, sizes.hidden]),
            ]
            list += parts.map { ("model.layers.\(layer).\($0.0).weight", $0.1) }
        }
        for (name, shape) in list {
            var floats = try tensors.tensor(name, shape: shape).floats().array
            if name.contains("q_proj") || name.contains("k_proj") { floats = paired(floats, width: sizes.width, headSize: sizes.headSize) }
            builder.add(GGUFTensors.translated(name) ?? "?", shape, floats.flatMap { bytes($0.bitPattern) })
        }
        return builder
    }

    /// Rows i and i + size / 2 of each head become neighbours.
    private static func paired(_ floats: [Float], width: Int, headSize: Int) -> [Float] {
        (0..<(floats.count / width)).flatMap { row in
            let within = row % headSize
            let source = row - within + within / 2 + within % 2 * (headSize / 2)
            return floats[(source * width)..<((source + 1) * width)]
        }
    }
}

@Suite("A GGUF file is read as what it is", .timeLimit(.minutes(10)))
struct GGUFTests {
    private func load(_ bytes: [UInt8]) throws -> LanguageModel {
        let path = NSTemporaryDirectory() + "troupe-\(UUID().uuidString).gguf"
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try LanguageModel.load(path: path, threads: 1)
    }

    @Test("a checkpoint computes the same from its folder and from a GGUF file", arguments: ["llama", "linear"])
    func same(name: String) throws {
        let fixture = LlamaFixture(name: name)
        var builder = try GGUFBuilder.converted(fixture)
        let folder = try fixture.load()
        if case .linear(let factor) = folder.sizes.rotary.method {
            builder.set("llama.rope.scaling.type", "linear")
            builder.set("llama.rope.scaling.factor", Float(factor))
        }
        let model = try load(builder.file())
        let tokens = try fixture.tokens("prompt_1")
        let (a, b) = (BareReader(folder), BareReader(model.decoder))
        var (textA, textB) = (a.begin(), b.begin())
        #expect(relativeDifference(a.read(&textA, tokens), b.read(&textB, tokens)) < 1e-5)
        #expect(model.ends == [2] && model.tokenizer.encode("AB") == [0, 35, 36])
    }

    @Test("a file that is not for us is refused in words that help") func unsupported() throws {
        func words(_ change: (inout GGUFBuilder) -> Void, version: UInt32 = 3) -> String {
            var builder = GGUFBuilder()
            builder.set("general.architecture", "llama")
            change(&builder)
            do { _ = try load(builder.file(version: version)) } catch { return "\(error)" }
            return "loaded"
        }
        #expect(words({ _ in }, version: 1).contains("version 1"))
        #expect(
            words {
                $0 = GGUFBuilder(); $0.set("general.architecture", "mamba")
            }.contains("none of llama, qwen2, qwen3"))
        #expect(words { $0.set("split.count", 3) }.contains("join them"))
        #expect(words { $0.set("llama.expert_count", 8) }.contains("several experts"))
        #expect(words { $0.set("llama.embedding_length", 1 << 30) }.contains("llama.embedding_length"))
        #expect(words { $0.set("general.alignment", 3) }.contains("no power of two"))
        #expect(words { $0.set("general.architecture", "qwen2") }.contains("twice"))
        #expect(words { $0.add("x", [100], kind: 12, []) }.contains("blocks of 256"))
        #expect(words { $0.add("x", [1 << 62, 1 << 62], []) }.contains("x"))
        #expect(throws: CheckpointError.self) { try load(Array("GGML".utf8)) }
    }

    @Test("a file that was cut anywhere, or has a byte changed anywhere in its header, never traps") func damaged() throws {
        let whole = try GGUFBuilder.converted(LlamaFixture(name: "llama")).file()
        let headerEnd = 5_000
        for cut in stride(from: 0, to: headerEnd, by: 61) {
            #expect(throws: CheckpointError.self) { try load(Array(whole.prefix(cut))) }
        }
        #expect(throws: CheckpointError.self) { try load(Array(whole.dropLast(64))) }
        for place in stride(from: 0, to: headerEnd, by: 17) {
            var bytes = whole
            bytes[place] ^= UInt8(truncatingIfNeeded: 0xFF >> (place % 8))
            do { _ = try load(bytes) } catch is CheckpointError {}
        }
    }
}
