// The parts that encoder and decoder share. "Normformer": besides the usual norm before a part there is one after each
// attention and one inside the feed-forward. No linear layer has a bias.
import CKernels

/// Self-attention's weights: queries, keys and values come from one product.
struct SelfAttention: Sendable {
    let heads: Int
    let width: Int
    let before: LayerNorm
    /// [3 * width][width]
    let queriesKeysValues: PackedMatrix
    let output: PackedMatrix
    let after: LayerNorm

    init(_ layer: TensorSource, width: Int, heads: Int) throws(CheckpointError) {
        self.heads = heads
        self.width = width
        before = try LayerNorm(layer, "pre_self_attn_layer_norm", size: width)
        queriesKeysValues = try layer.stacked(
            ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"], outputs: width, inputs: width)
        output = try layer.matrix("self_attn.out_proj", outputs: width, inputs: width)
        after = try LayerNorm(layer, "self_attn_layer_norm", size: width)
    }
}

/// Attention from the decoder to the text: its keys and values are computed once a request.
struct CrossAttention: Sendable {
    let heads: Int
    let width: Int
    let before: LayerNorm
    let queries: PackedMatrix
    /// [2 * width][width]
    let keysValues: PackedMatrix
    let output: PackedMatrix
    let after: LayerNorm

    init(_ layer: TensorSource, width: Int, heads: Int) throws(CheckpointError) {
        self.heads = heads
        self.width = width
        before = try LayerNorm(layer, "pre_encoder_attn_layer_norm", size: width)
        queries = try layer.matrix("encoder_attn.q_proj", outputs: width, inputs: width)
        keysValues = try layer.stacked(["encoder_attn.k_proj", "encoder_attn.v_proj"], outputs: width, inputs: width)
        output = try layer.matrix("encoder_attn.out_proj", outputs: width, inputs: width)
        after = try LayerNorm(layer, "encoder_attn_layer_norm", size: width)
    }
}

/// x + down(norm(gelu(gate(norm x)) * up(norm x)))
struct GatedFeedForward: Sendable {
    let hidden: Int
    let before: LayerNorm
    /// [2 * hidden][width]: gate, then up.
    let gateUp: PackedMatrix
    let inner: LayerNorm
    let down: PackedMatrix

    init(_ layer: TensorSource, width: Int, hidden: Int) throws(CheckpointError) {
        self.hidden = hidden
        before = try LayerNorm(layer, "glu.ln0", size: width)
        gateUp = try layer.stacked(["glu.fc0", "glu.fc1"], outputs: hidden, inputs: width)
        inner = try LayerNorm(layer, "glu.ln1", size: hidden)
        down = try layer.matrix("glu.fc2", outputs: width, inputs: hidden)
    }

    /// x [rows][width] in place.
    func apply(_ x: UnsafeMutablePointer<Float>, rows: Int, workspace: LayerWorkspace, pool: ComputePool) {
        before.apply(x, rows: rows, into: workspace.normed.start, pool: pool)
        gateUp.multiply(workspace.normed.start, rows: rows, into: workspace.wide.start, pool: pool)
        ck_gelu_gate(pool.handle, workspace.wide.start, Int64(rows), Int64(hidden), workspace.hidden.start)
        inner.apply(workspace.hidden.start, rows: rows, into: workspace.hidden.start, pool: pool)
        down.multiply(workspace.hidden.start, rows: rows, into: x, residual: x, pool: pool)
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

    init(rows: Int, width: Int, hidden: Int) {
        normed = FloatBuffer(count: rows * width)
        wide = FloatBuffer(count: rows * max(3 * width, 2 * hidden))
        self.hidden = FloatBuffer(count: rows * hidden)
        attended = FloatBuffer(count: rows * width)
    }
}
