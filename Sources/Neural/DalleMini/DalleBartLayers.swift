// The parts that encoder and decoder share. "Normformer": besides the usual norm before a part there is one after each
// attention and one inside the feed-forward. No linear layer has a bias.
import CKernels

/// Self-attention's weights: queries, keys and values come from one product.
struct SelfAttention: Sendable {
    let heads: Int
    let width: Int
    let before: LayerNorm
    /// [3 * width][width]
    let queriesKeysValues: WeightMatrix
    let output: WeightMatrix
    let after: LayerNorm

    init(_ layer: TensorSource, width: Int, heads: Int) throws(CheckpointError) {
        self.heads = heads
        self.width = width
        before = try LayerNorm(layer, "pre_self_attn_layer_norm", size: width)
        queriesKeysValues = try layer.weights(
            [("self_attn.q_proj", width), ("self_attn.k_proj", width), ("self_attn.v_proj", width)], inputs: width)
        output = try layer.weights([("self_attn.out_proj", width)], inputs: width)
        after = try LayerNorm(layer, "self_attn_layer_norm", size: width)
    }
}

/// Attention from the decoder to the text: its keys and values are computed once a request.
struct CrossAttention: Sendable {
    let heads: Int
    let width: Int
    let before: LayerNorm
    let queries: WeightMatrix
    /// [2 * width][width]
    let keysValues: WeightMatrix
    let output: WeightMatrix
    let after: LayerNorm

    init(_ layer: TensorSource, width: Int, heads: Int) throws(CheckpointError) {
        self.heads = heads
        self.width = width
        before = try LayerNorm(layer, "pre_encoder_attn_layer_norm", size: width)
        queries = try layer.weights([("encoder_attn.q_proj", width)], inputs: width)
        keysValues = try layer.weights([("encoder_attn.k_proj", width), ("encoder_attn.v_proj", width)], inputs: width)
        output = try layer.weights([("encoder_attn.out_proj", width)], inputs: width)
        after = try LayerNorm(layer, "encoder_attn_layer_norm", size: width)
    }
}

/// x + down(norm(gelu(gate(norm x)) * up(norm x)))
struct GatedFeedForward: Sendable {
    let hidden: Int
    let before: LayerNorm
    /// [2 * hidden][width]: gate, then up.
    let gateUp: WeightMatrix
    let inner: LayerNorm
    let down: WeightMatrix

    init(_ layer: TensorSource, width: Int, hidden: Int) throws(CheckpointError) {
        self.hidden = hidden
        before = try LayerNorm(layer, "glu.ln0", size: width)
        gateUp = try layer.weights([("glu.fc0", hidden), ("glu.fc1", hidden)], inputs: width)
        inner = try LayerNorm(layer, "glu.ln1", size: hidden)
        down = try layer.weights([("glu.fc2", width)], inputs: hidden)
    }

    /// x [rows][width] in place.
    func apply(_ x: UnsafeMutablePointer<Float>, rows: Int, workspace: LayerWorkspace, pool: ComputePool) {
        before.apply(x, rows: rows, into: workspace.normed.start, pool: pool)
        let scratch = workspace.scratch
        gateUp.multiply(workspace.normed.start, rows: rows, into: workspace.wide.start, scratch: scratch, pool: pool)
        ck_gelu_gate(pool.handle, workspace.wide.start, Int64(rows), Int64(hidden), workspace.hidden.start)
        inner.apply(workspace.hidden.start, rows: rows, into: workspace.hidden.start, pool: pool)
        down.multiply(workspace.hidden.start, rows: rows, into: x, residual: x, scratch: scratch, pool: pool)
    }
}

/// Scratch of one call, for `rows` rows of any layer.
struct LayerWorkspace {
    /// [rows][width]
    let normed: FloatBuffer
    /// [rows][max(3 * width, 2 * hidden)]
    let wide: FloatBuffer
    /// [rows][hidden]
    let hidden: FloatBuffer
    /// [rows][width]
    let attended: FloatBuffer
    let scratch: ActivationScratch

    init(rows: Int, width: Int, hidden: Int) {
        normed = FloatBuffer(count: rows * width)
        wide = FloatBuffer(count: rows * max(3 * width, 2 * hidden))
        self.hidden = FloatBuffer(count: rows * hidden)
        attended = FloatBuffer(count: rows * width)
        scratch = ActivationScratch(count: rows * BlockMatrix.wholeBlocks(max(width, hidden)))
    }
}
