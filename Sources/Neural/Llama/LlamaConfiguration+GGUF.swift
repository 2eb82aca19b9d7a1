// The sizes of a LLaMA as a GGUF header has them: keys begin with the architecture's name.
import Foundation

extension LlamaConfiguration {
    static let ggufArchitectures = ["llama", "qwen2", "qwen3"]

    init(_ file: GGUFFile) throws(CheckpointError) {
        guard let name = try file.text("general.architecture"), Self.ggufArchitectures.contains(name) else {
            throw file.fault(.unsupported, "general.architecture", "is none of \(Self.ggufArchitectures.joined(separator: ", "))")
        }
        guard try file.int("split.count", 0...65_536, default: 0) <= 1 else {
            throw file.fault(
                .unsupported, "split.count", "the model is split over several files; join them first (llama-gguf-split --merge)")
        }
        guard try file.int("\(name).expert_count", 0...65_536, default: 0) == 0 else {
            throw file.fault(.unsupported, "\(name).expert_count", "models of several experts are not read")
        }
        width = try file.int("\(name).embedding_length", 2...65_536)
        layers = try file.int("\(name).block_count", 1...512)
        heads = try file.int("\(name).attention.head_count", 1...1024)
        keyHeads = try file.int("\(name).attention.head_count_kv", 1...1024, default: heads)
        headSize = try file.int("\(name).attention.key_length", 2...512, default: max(width / heads, 2))
        hidden = try file.int("\(name).feed_forward_length", 1...1_048_576)
        guard let rows = file.entries["token_embd.weight"]?.shape.first, (2...4_194_304).contains(rows) else {
            throw file.fault(.missingTensor, "token_embd.weight", "is missing, or of no sensible shape")
        }
        vocabulary = rows
        context = try file.int("\(name).context_length", 2...(1 << 24), default: 2048)
        epsilon = Float(try file.number("\(name).attention.layer_norm_rms_epsilon", 0...1, default: 1e-5))
        rotary = try Self.rotary(file, name, headSize: headSize, context: context)
        tiedHead = file.entries["output.weight"] == nil
        queryBias = file.entries["blk.0.attn_q.bias"] != nil
        outputBias = file.entries["blk.0.attn_output.bias"] != nil
        hiddenBias = file.entries["blk.0.ffn_down.bias"] != nil
        queryNorm = file.entries["blk.0.attn_q_norm.weight"] != nil
        windows = [Int](repeating: 0, count: layers)
        ends = []
        for key in ["eos_token_id", "eot_token_id", "eom_token_id"] {
            let token = try file.int("tokenizer.ggml.\(key)", -1...Int(Int32.max), default: -1)
            if (0..<vocabulary).contains(token) { ends.insert(Int32(token)) }
        }
        guard heads % keyHeads == 0, headSize % 2 == 0 else {
            throw file.fault(.outOfBounds, "\(name).attention.head_count_kv", "does not divide the heads, or a head's size is odd")
        }
        guard try file.int("\(name).rope.dimension_count", 0...65_536, default: headSize) == headSize else {
            throw file.fault(.unsupported, "\(name).rope.dimension_count", "only part of a head is turned; such models are not read")
        }
    }

    private static func rotary(_ file: GGUFFile, _ name: String, headSize: Int, context: Int) throws(CheckpointError) -> RotaryScaling {
        let base = try file.number("\(name).rope.freq_base", 1...1e12, default: 10_000)
        if let divisors = file.entries["rope_freqs.weight"] {
            guard divisors.shape == [headSize / 2], divisors.kind == .float32, let start = file.file.bytes.baseAddress else {
                throw file.fault(.wrongShape, "rope_freqs.weight", "is not \(headSize / 2) numbers of the format F32")
            }
            let values = TensorView(file: file.file, bytes: start + divisors.begin, kind: .float32, shape: divisors.shape).floats().array
            guard values.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw file.fault(.outOfBounds, "rope_freqs.weight", "has a number that is not above 0")
            }
            return RotaryScaling(method: .divisors(values), base: base)
        }
        switch try file.text("\(name).rope.scaling.type") ?? "none" {
        case "none": return RotaryScaling(method: .none, base: base)
        case "linear":
            return RotaryScaling(
                method: .linear(factor: try file.number("\(name).rope.scaling.factor", 1e-3...1e6, default: 1)), base: base)
        case "yarn":
            let factor = try file.number("\(name).rope.scaling.factor", 1e-3...1e6, default: 1)
            let original = try file.int("\(name).rope.scaling.original_context_length", 1...(1 << 24), default: context)
            let sharpness =
                try file.number("\(name).rope.scaling.attn_factor", 1e-3...1e3, default: 1) * (factor > 1 ? 1 + 0.1 * log(factor) : 1)
            return RotaryScaling(
                method: .yarn(
                    factor: factor, fast: try file.number("\(name).rope.scaling.yarn_beta_fast", 1e-3...1e6, default: 32),
                    slow: try file.number("\(name).rope.scaling.yarn_beta_slow", 1e-3...1e6, default: 1), context: original, truncate: true,
                    sharpness: sharpness), base: base)
        case let other: throw file.fault(.unsupported, "\(name).rope.scaling.type", "\"\(other.prefix(20))\" is not none, linear or yarn")
        }
    }
}
