// The two parts of every layer: attention with grouped queries, and the gated feed-forward ("SwiGLU"). Each reads a
// normalised copy of the states and adds its result to them.
import CKernels

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
    func apply(_ x: UnsafeMutablePointer<Float>, rows: Int, workspace: LlamaWorkspace, pool: ComputePool) {
        norm.apply(x, rows: rows, into: workspace.normed.start, pool: pool)
        gateUp.multiply(workspace.normed.start, rows: rows, into: workspace.wide.start, scratch: workspace.scratch, pool: pool)
        ck_silu_gate(pool.handle, workspace.wide.start, Int64(rows), Int64(hidden), workspace.hidden.start)
        down.multiply(workspace.hidden.start, rows: rows, into: x, residual: x, scratch: workspace.scratch, pool: pool)
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

    init(rows: Int, _ sizes: LlamaConfiguration) {
        self.rows = rows
        let queries = sizes.heads * sizes.headSize
        x = FloatBuffer(count: rows * sizes.width)
        normed = FloatBuffer(count: rows * sizes.width)
        wide = FloatBuffer(count: rows * max((sizes.heads + 2 * sizes.keyHeads) * sizes.headSize, 2 * sizes.hidden))
        hidden = FloatBuffer(count: rows * sizes.hidden)
        attended = FloatBuffer(count: rows * queries)
        cosines = FloatBuffer(count: rows * sizes.headSize / 2)
        sines = FloatBuffer(count: rows * sizes.headSize / 2)
        scratch = ActivationScratch(count: rows * max(sizes.width, sizes.hidden, queries))
    }
}
