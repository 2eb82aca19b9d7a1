// The tensors of a GGUF file under the names that the models here ask for.
//
// Files of the architecture `llama` hold the rows of queries and keys in another order: there a pair that rotary positions
// turn lies side by side, here its halves lie half a head apart. Rows are put back as they are read.

struct GGUFTensors: TensorFile {
    let gguf: GGUFFile
    private let sizes: LlamaConfiguration
    /// Rows of queries and keys lie pair by pair.
    private let isPaired: Bool

    init(_ gguf: GGUFFile, _ sizes: LlamaConfiguration, isPaired: Bool) {
        self.gguf = gguf
        self.sizes = sizes
        self.isPaired = isPaired
    }

    var path: String { gguf.path }

    func contains(_ name: String) -> Bool { Self.translated(name).map { gguf.entries[$0] != nil } ?? false }

    func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorView {
        guard let translated = Self.translated(name), let entry = gguf.entries[translated] else {
            throw CheckpointError(.missingTensor, file: path, item: Self.translated(name) ?? name, "the tensor is missing")
        }
        guard let kind = entry.kind else {
            throw CheckpointError(
                .unsupported, file: path, item: translated, offset: entry.begin,
                "the number format \(entry.kindNumber) is not F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K or Q6_K")
        }
        guard entry.shape == shape, let start = gguf.file.bytes.baseAddress else {
            throw CheckpointError(
                .wrongShape, file: path, item: translated, offset: entry.begin,
                "the shape is \(entry.shape), the header asks for \(shape)")
        }
        var view = TensorView(file: gguf.file, bytes: start + entry.begin, kind: kind, shape: shape)
        if isPaired, name.contains(".q_proj.") || name.contains(".k_proj.") {
            if shape.count == 1 { view = TensorView(file: gguf.file, bytes: view.bytes, kind: kind, shape: [shape[0], 1]) }
            view.order = Self.halves(rows: shape[0], headSize: sizes.headSize)
        }
        return view
    }

    /// Where the file has each row: pair i of a head is rows 2 i and 2 i + 1 there, rows i and i + size / 2 here.
    private static func halves(rows: Int, headSize: Int) -> [Int32] {
        (0..<rows).map { row in
            let (head, within) = row.quotientAndRemainder(dividingBy: headSize)
            let (half, pair) = within.quotientAndRemainder(dividingBy: headSize / 2)
            return Int32(head * headSize + 2 * pair + half)
        }
    }

    private static let names = [
        "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output", "input_layernorm": "attn_norm",
        "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
        "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "post_attention_layernorm": "ffn_norm",
        "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    ]

    /// `model.layers.3.mlp.up_proj.weight` is `blk.3.ffn_up.weight` there.
    static func translated(_ name: String) -> String? {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let (stem, ending) = (String(name[..<dot]), name[dot...])
        guard stem.hasPrefix("model.layers.") else { return names[stem].map { $0 + ending } }
        let rest = stem.dropFirst("model.layers.".count)
        guard let next = rest.firstIndex(of: "."), let inner = names[String(rest[rest.index(after: next)...])] else { return nil }
        return "blk.\(rest[..<next]).\(inner)\(ending)"
    }
}
