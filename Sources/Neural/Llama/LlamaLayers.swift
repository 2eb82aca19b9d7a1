// The two parts of every layer: attention with grouped queries, and the gated feed-forward ("SwiGLU"). Each reads a
// normalised copy of the states and adds its result to them.
import CKernels
import Foundation

struct LlamaAttention: Sendable {
    let norm: RMSNorm
    /// [(heads + 2 * keyHeads) * headSize][width]: queries, keys, values in one product.
    let queriesKeysValues: WeightMatrix
    /// [width][heads * headSize]
    let output: WeightMatrix
    /// Qwen3: a norm on every query and every key.
    let queryNorm: RMSNorm?
    let keyNorm: RMSNorm?
    /// How many positions a query sees; 0: all.
    let window: Int

    init(_ layer: TensorSource, _ sizes: LlamaConfiguration, window: Int) throws(CheckpointError) {
        self.window = window
        norm = try RMSNorm(layer, "input_layernorm", size: sizes.width, epsilon: sizes.epsilon)
        let attention = layer.scoped("self_attn")
        let (queries, keys) = (sizes.heads * sizes.headSize, sizes.keyHeads * sizes.headSize)
        queriesKeysValues = try attention.weights(
            [("q_proj", queries), ("k_proj", keys), ("v_proj", keys)], inputs: sizes.width, bias: sizes.queryBias)
        output = try attention.weights([("o_proj", sizes.width)], inputs: queries, bias: sizes.outputBias)
        queryNorm = sizes.queryNorm ? try RMSNorm(attention, "q_norm", size: sizes.headSize, epsilon: sizes.epsilon) : nil
        keyNorm = sizes.queryNorm ? try RMSNorm(attention, "k_norm", size: sizes.headSize, epsilon: sizes.epsilon) : nil
    }
}

/// x + down(silu(gate(norm x)) * up(norm x))
struct LlamaFeedForward: Sendable {
    let hidden: Int
    let norm: RMSNorm
    /// [2 * hidden][width]: gate, then up.
    let gateUp: WeightMatrix
    let down: WeightMatrix

    init(_ layer: TensorSource, _ sizes: LlamaConfiguration) throws(CheckpointError) {
        hidden = sizes.hidden
        norm = try RMSNorm(layer, "post_attention_layernorm", size: sizes.width, epsilon: sizes.epsilon)
        let part = layer.scoped("mlp")
        gateUp = try part.weights([("gate_proj", hidden), ("up_proj", hidden)], inputs: sizes.width, bias: sizes.hiddenBias)
        down = try part.weights([("down_proj", sizes.width)], inputs: hidden, bias: sizes.hiddenBias)
    }

    /// x [rows][width] in place.
    func apply(_ x: UnsafeMutablePointer<Float>, rows: Int, _ adapters: LayerAdapters, workspace: LlamaWorkspace, pool: ComputePool) {
        norm.apply(x, rows: rows, into: workspace.normed.start, pool: pool)
        gateUp.multiply(workspace.normed.start, rows: rows, into: workspace.wide.start, scratch: workspace.scratch, pool: pool)
        adapters.add(.gate, workspace.normed.start, to: workspace.wide.start, stride: 2 * hidden, pool)
        adapters.add(.up, workspace.normed.start, to: workspace.wide.start + hidden, stride: 2 * hidden, pool)
        ck_silu_gate(pool.handle, workspace.wide.start, Int64(rows), Int64(hidden), workspace.hidden.start)
        down.multiply(workspace.hidden.start, rows: rows, into: x, residual: x, scratch: workspace.scratch, pool: pool)
        adapters.add(.down, workspace.hidden.start, to: x, pool)
    }
}

/// Scratch for up to `rows` rows of any layer.
final class LlamaWorkspace {
    let rows: Int
    /// [rows][width]: the states that all layers add to.
    let x: FloatBuffer
    /// [rows][width]
    let normed: FloatBuffer
    /// [rows][the widest product]
    let wide: FloatBuffer
    /// [rows][hidden]
    let hidden: FloatBuffer
    /// [rows][heads * headSize]
    let attended: FloatBuffer
    /// [rows][headSize / 2]
    let cosines: FloatBuffer
    let sines: FloatBuffer
    let scratch: ActivationScratch

    convenience init(rows: Int, _ sizes: LlamaConfiguration) {
        self.init(
            rows: rows, width: sizes.width, heads: sizes.heads, keyHeads: sizes.keyHeads, headSize: sizes.headSize, hidden: sizes.hidden)
    }

    init(rows: Int, width: Int, heads: Int, keyHeads: Int, headSize: Int, hidden: Int) {
        self.rows = rows
        let queries = heads * headSize
        x = FloatBuffer(count: rows * width)
        normed = FloatBuffer(count: rows * width)
        wide = FloatBuffer(count: rows * max((heads + 2 * keyHeads) * headSize, 2 * hidden))
        self.hidden = FloatBuffer(count: rows * hidden)
        attended = FloatBuffer(count: rows * queries)
        cosines = FloatBuffer(count: rows * headSize / 2)
        sines = FloatBuffer(count: rows * headSize / 2)
        scratch = ActivationScratch(count: rows * max(width, hidden, queries))
    }

    /// Sines and cosines of every row's position.
    func turn(_ parts: [LlamaDecoder.Part], _ rotary: RotaryScaling, headSize: Int) {
        var row = 0
        let (half, sharpness) = (headSize / 2, rotary.sharpness)
        for part in parts {
            let rates = rotary.rates(size: headSize, length: part.length ?? part.sequence.tokens.count)
            for position in part.first..<part.sequence.tokens.count {
                for pair in 0..<half {
                    let angle = Float(position) * rates[pair]
                    cosines.start[row * half + pair] = cos(angle) * sharpness
                    sines.start[row * half + pair] = sin(angle) * sharpness
                }
                row += 1
            }
        }
    }

    /// The states that need logits move together, to the front.
    /// - Returns: how many there are.
    func gather(_ parts: [LlamaDecoder.Part], width: Int) -> Int {
        var (row, wanted) = (0, 0)
        for part in parts {
            let from = row + part.count - part.logits
            memmove(x.start + wanted * width, x.start + from * width, part.logits * width * MemoryLayout<Float>.size)
            wanted += part.logits
            row += part.count
        }
        return wanted
    }
}
