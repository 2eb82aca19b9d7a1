// A checkpoint folder with something wrong in one of its files.
import Foundation
import Testing

@testable import Neural

@Suite("A checkpoint folder with a fault is refused in words that help")
struct HostileFolderTests {
    private let fixture = PainterFixture.all[0]

    private func refusal(_ change: (TemporaryFolder) throws -> Void) throws -> CheckpointError? {
        let folder = try TemporaryFolder(copying: fixture)
        try change(folder)
        do {
            _ = try DalleMini.load(folder: folder.path, threads: 1)
            return nil
        } catch {
            return error
        }
    }

    /// Loads with changed values in config.json; keys may name the vqgan's as "vqgan.ch"; nil takes a key away.
    private func refusal(settings: [String: Any?], file: String = "config.json") throws -> CheckpointError? {
        try refusal { folder in
            let url = URL(fileURLWithPath: "\(folder.path)/\(file)")
            var object = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
            for (key, value) in settings {
                if let inner = key.split(separator: ".").dropFirst().first.map(String.init) {
                    var vqgan = try #require(object["vqgan"] as? [String: Any])
                    vqgan[inner] = value
                    object["vqgan"] = vqgan
                } else {
                    object[key] = value
                }
            }
            try JSONSerialization.data(withJSONObject: object).write(to: url)
        }
    }

    @Test("each file, when it is missing", arguments: ["config.json", "model.safetensors", "vocab.json", "merges.txt"])
    func missing(file: String) throws {
        let error = try #require(try refusal { try FileManager.default.removeItem(atPath: "\($0.path)/\(file)") })
        #expect(error.code == .unreadable)
        #expect(error.file.hasSuffix(file))
    }

    @Test("each file, when it is empty or noise", arguments: ["config.json", "model.safetensors", "vocab.json", "merges.txt"])
    func noise(file: String) throws {
        #expect(try refusal { _ = try $0.write(Data(), to: file) }?.code == .truncated)
        let error = try #require(try refusal { _ = try $0.write(Data([0xff, 0xfe, 0x00, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff]), to: file) })
        #expect(error.code == .malformed)
        #expect(error.file.hasSuffix(file))
    }

    @Test("a path that is no folder")
    func noFolder() {
        #expect(throws: CheckpointError.self) { try DalleMini.load(folder: "/nowhere/at/all") }
        #expect(throws: CheckpointError.self) { try DalleMini.load(folder: fixture.folder + "/config.json") }
    }

    @Test("weights cut off in the middle: the error names the first tensor that is not whole")
    func cutWeights() throws {
        let error = try #require(
            try refusal { folder in
                let url = URL(fileURLWithPath: "\(folder.path)/model.safetensors")
                try Data(contentsOf: url).dropLast(1000).write(to: url)
            })
        #expect(error.code == .truncated)
        #expect(error.file.hasSuffix("model.safetensors"))
        #expect(error.item != nil)
        #expect(error.offset != nil)
    }

    @Test(
        "sizes out of bounds",
        arguments: [
            "d_model", "encoder_layers", "decoder_layers", "encoder_attention_heads", "decoder_attention_heads", "encoder_ffn_dim",
            "decoder_ffn_dim", "encoder_vocab_size", "image_vocab_size", "image_length", "max_text_length", "decoder_start_token_id",
            "vqgan.ch", "vqgan.num_res_blocks", "vqgan.resolution", "vqgan.z_channels", "vqgan.embed_dim", "vqgan.n_embed",
        ])
    func bounds(key: String) throws {
        for value in [-1, Int.max, 1 << 40] as [Int] {
            let error = try #require(try refusal(settings: [key: value]))
            #expect(error.code == .outOfBounds)
            #expect(error.item == key)
        }
        for value in ["7", 1.5, NSNull(), [1]] as [Any] {
            let error = try #require(try refusal(settings: [key: value]))
            #expect(error.code == .malformed)
            #expect(error.item == key)
        }
        #expect(try refusal(settings: [key: nil])?.item == key)
    }

    @Test("sizes that contradict one another or the weights")
    func contradictions() throws {
        #expect(try refusal(settings: ["encoder_attention_heads": 5])?.item == "encoder_attention_heads")
        #expect(try refusal(settings: ["image_length": 25])?.item == "image_length")
        #expect(try refusal(settings: ["vqgan.n_embed": 71])?.item == "vqgan.n_embed")
        #expect(try refusal(settings: ["vqgan.ch": 33])?.item == "vqgan.ch")
        #expect(try refusal(settings: ["vqgan.ch_mult": []])?.item == "vqgan.ch_mult")
        #expect(try refusal(settings: ["vqgan.ch_mult": [1, 1000]])?.item == "vqgan.ch_mult")
        #expect(try refusal(settings: ["vqgan.resolution": 9])?.item == "vqgan.resolution")
        let wide = try #require(try refusal(settings: ["d_model": 8192]))
        #expect(wide.code == .wrongShape)
        #expect(wide.item == "encoder.embed_tokens.weight")
        #expect(wide.offset != nil)
        let deep = try #require(try refusal(settings: ["decoder_layers": 64]))
        #expect((deep.code, deep.item) == (.missingTensor, "decoder.layers.2.pre_self_attn_layer_norm.weight"))
    }

    @Test("models of another kind")
    func otherModels() throws {
        for (key, value) in ["ln_positions": "deepnet", "use_bias": true, "use_glu": false, "activation_function": "relu"] as [String: Any]
        {
            let error = try #require(try refusal(settings: [key: value]))
            #expect(error.code == .unsupported)
            #expect(error.item == key)
        }
    }

    @Test("tokens outside the vocabulary, and a vocabulary without its special tokens")
    func vocabulary() throws {
        #expect(try refusal(settings: ["red": 1_000_000], file: "vocab.json")?.item == "red")
        #expect(try refusal(settings: ["red": -1], file: "vocab.json")?.item == "red")
        #expect(try refusal(settings: ["<unk>": nil], file: "vocab.json")?.item == "<unk>")
    }

    @Test("generation settings out of bounds; without the file there are defaults")
    func generationSettings() throws {
        #expect(try refusal(settings: ["top_k": 0], file: "generation_config.json")?.item == "top_k")
        #expect(try refusal(settings: ["temperature": 0], file: "generation_config.json")?.item == "temperature")
        #expect(try refusal { try FileManager.default.removeItem(atPath: "\($0.path)/generation_config.json") } == nil)
    }

    @Test("weights that are not numbers end a request with an error")
    func notFinite() throws {
        let folder = try TemporaryFolder(copying: fixture)
        let url = URL(fileURLWithPath: "\(folder.path)/model.safetensors")
        var file = try Data(contentsOf: url)
        let view = try SafetensorsFile(path: url.path).tensor("decoder.final_ln.weight", shape: [48])
        let offset = try #require(view.file.bytes.baseAddress).distance(to: view.bytes)
        for byte in offset..<(offset + 4) { file[byte] = 0xff }
        try file.write(to: url)
        let model = try DalleMini.load(folder: folder.path, threads: 1)
        #expect(throws: PaintError.notFinite(step: 0)) { try model.generate(prompt: "circle", count: 1, seed: 1) }
    }
}
