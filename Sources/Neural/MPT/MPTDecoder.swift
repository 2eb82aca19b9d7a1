// Tokens to logits by a language model of the MPT family, over the same paged memory and in the same parts as the LLaMA family's.
import CKernels
import Foundation

struct MPTDecoder: Sendable {
    private struct Layer: Sendable {
        let attentionNorm: LayerNorm
        /// [3 * width][width]
        let queriesKeysValues: WeightMatrix
        let queryNorm: LayerNorm?
        let keyNorm: LayerNorm?
        let attentionOutput: WeightMatrix
        let hiddenNorm: LayerNorm
        let up: WeightMatrix
        let down: WeightMatrix
    }

    let sizes: MPTConfiguration
    /// [vocabulary][width]
    private let embedding: TensorView
    private let layers: [Layer]
    private let attention: PagedAttention
    private let norm: LayerNorm
    private let head: WeightMatrix

    init(_ tensors: TensorSource, _ sizes: MPTConfiguration) throws(CheckpointError) {
        self.sizes = sizes
        let (body, width, bias) = (tensors.scoped("transformer"), sizes.width, sizes.bias)
        embedding = try body.view("wte.weight", [sizes.vocabulary, width])
        var layers: [Layer] = []
        for index in 0..<sizes.layers {
            let layer = body.scoped("blocks.\(index)")
            let (attention, feedForward) = (layer.scoped("attn"), layer.scoped("ffn"))
            layers.append(
                Layer(
                    attentionNorm: try LayerNorm(layer, "norm_1", size: width, shifts: bias),
                    queriesKeysValues: try attention.weights([("Wqkv", 3 * width)], inputs: width, bias: bias),
                    queryNorm: sizes.queryNorm ? try LayerNorm(attention, "q_ln", size: width, shifts: bias) : nil,
                    keyNorm: sizes.queryNorm ? try LayerNorm(attention, "k_ln", size: width, shifts: bias) : nil,
                    attentionOutput: try attention.weights([("out_proj", width)], inputs: width, bias: bias),
                    hiddenNorm: try LayerNorm(layer, "norm_2", size: width, shifts: bias),
                    up: try feedForward.weights([("up_proj", sizes.hidden)], inputs: width, bias: bias),
                    down: try feedForward.weights([("down_proj", width)], inputs: sizes.hidden, bias: bias)))
        }
        self.layers = layers
        var attention = PagedAttention(heads: sizes.heads, keyHeads: sizes.heads, size: sizes.headSize)
        if let slopes = sizes.slopes {
            let buffer = FloatBuffer(count: slopes.count)
            for (index, slope) in slopes.enumerated() { buffer.start[index] = slope }
            attention.slopes = buffer
        }
        self.attention = attention
        norm = try LayerNorm(body, "norm_f", size: width, shifts: bias)
        head = WeightMatrix(
            stacking: [sizes.tiedHead ? embedding : try tensors.view("lm_head.weight", [sizes.vocabulary, width])], inputs: width)
    }

    func makePool(bytes: Int) -> KeyValuePool {
        KeyValuePool(layers: sizes.layers, keyHeads: sizes.heads, headSize: sizes.headSize, bytes: bytes)
    }

    func makeWorkspace(rows: Int) -> LlamaWorkspace {
        LlamaWorkspace(
            rows: rows, width: sizes.width, heads: sizes.heads, keyHeads: sizes.heads, headSize: sizes.headSize, hidden: sizes.hidden)
    }

    /// One pass over all parts, as ``LlamaDecoder/forward(_:workspace:logits:pool:before:)`` does it.
    func forward(
        _ parts: [LlamaDecoder.Part], workspace: LlamaWorkspace, logits: UnsafeMutablePointer<Float>, pool: ComputePool,
        before: (Int, UnsafeMutablePointer<Float>) -> Void = { _, _ in }
    ) {
        let rows = parts.reduce(0) { $0 + $1.count }
        let (x, normed, scratch) = (workspace.x.start, workspace.normed.start, workspace.scratch)
        read(parts, into: workspace)
        for (index, layer) in layers.enumerated() {
            before(index, x)
            attend(layer, index: index, parts, rows: rows, workspace: workspace, pool: pool)
            layer.hiddenNorm.apply(x, rows: rows, into: normed, pool: pool)
            layer.up.multiply(normed, rows: rows, into: workspace.hidden.start, scratch: scratch, pool: pool)
            ck_gelu(pool.handle, workspace.hidden.start, Int64(rows), Int64(sizes.hidden), 0)
            layer.down.multiply(workspace.hidden.start, rows: rows, into: x, residual: x, scratch: scratch, pool: pool)
        }
        let wanted = workspace.gather(parts, width: sizes.width)
        norm.apply(x, rows: wanted, into: normed, pool: pool)
        head.multiply(normed, rows: wanted, into: logits, scratch: scratch, pool: pool)
    }

    /// Embeddings of every row, and its angles where positions are rotary.
    private func read(_ parts: [LlamaDecoder.Part], into workspace: LlamaWorkspace) {
        var row = 0
        for part in parts {
            for position in part.first..<part.sequence.tokens.count {
                embedding.read(row: Int(part.sequence.tokens[position]), into: workspace.x.start + row * sizes.width)
                row += 1
            }
        }
        if sizes.alibiMax == nil { workspace.turn(parts, sizes.rotary, headSize: sizes.headSize) }
    }

    private func attend(
        _ layer: Layer, index: Int, _ parts: [LlamaDecoder.Part], rows: Int, workspace: LlamaWorkspace, pool: ComputePool
    ) {
        let (width, x, wide) = (sizes.width, workspace.x.start, workspace.wide.start)
        layer.attentionNorm.apply(x, rows: rows, into: workspace.normed.start, pool: pool)
        layer.queriesKeysValues.multiply(workspace.normed.start, rows: rows, into: wide, scratch: workspace.scratch, pool: pool)
        if let clip = sizes.clip {
            for number in 0..<(rows * 3 * width) { wide[number] = min(max(wide[number], -clip), clip) }
        }
        if let queryNorm = layer.queryNorm, let keyNorm = layer.keyNorm {
            for row in 0..<rows {
                let queries = wide + row * 3 * width
                queryNorm.apply(queries, rows: 1, into: queries, pool: pool)
                keyNorm.apply(queries + width, rows: 1, into: queries + width, pool: pool)
            }
        }
        if sizes.alibiMax == nil {
            ck_rotate(
                pool.handle, wide, Int64(3 * width), Int64(rows), Int64(2 * sizes.heads), Int64(sizes.headSize), workspace.cosines.start,
                workspace.sines.start)
        }
        attention.run(wide, parts, layer: index, into: workspace.attended.start, pool: pool)
        layer.attentionOutput.multiply(
            workspace.attended.start, rows: rows, into: x, residual: x, scratch: workspace.scratch, pool: pool)
    }
}
