// The two parts of every layer of GPT-2: attention over all positions before, and the feed-forward. Each reads a normalised copy of
// the states and adds its result to them. Weights lie as [inputs][outputs] in the files (TensorFlow's way, kept by PyTorch's port).
import CKernels
import Foundation

/// A linear layer whose weights come as [inputs][outputs].
struct GPT2Linear: Sendable {
    let outputs: Int
    let inputs: Int
    let matrix: PackedMatrix
    /// [outputs]
    let bias: FloatBuffer

    init(_ tensors: TensorSource, _ name: String, inputs: Int, outputs: Int) throws(CheckpointError) {
        self.inputs = inputs
        self.outputs = outputs
        let packed = PackedMatrix(outputs: outputs, inputs: inputs)
        let weights = try tensors.floats("\(name).weight", [inputs, outputs])
        withExtendedLifetime(weights) { packed.fill(columns: weights.start) }
        matrix = packed
        bias = try tensors.floats("\(name).bias", [outputs])
    }

    /// result [rows][outputs] = input [rows][inputs] * weights + bias (+ residual, which may be result).
    func apply(
        _ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, residual: UnsafePointer<Float>? = nil,
        pool: ComputePool
    ) {
        matrix.multiply(input, rows: rows, into: result, bias: bias.start, residual: residual, pool: pool)
    }
}

struct GPT2Layer: Sendable {
    let attentionNorm: LayerNorm
    /// [3 * width][width]: queries, keys, values.
    let queriesKeysValues: GPT2Linear
    let attentionOutput: GPT2Linear
    let hiddenNorm: LayerNorm
    let widen: GPT2Linear
    let narrow: GPT2Linear

    init(_ layer: TensorSource, _ sizes: GPT2Configuration) throws(CheckpointError) {
        attentionNorm = try LayerNorm(layer, "ln_1", size: sizes.width)
        queriesKeysValues = try GPT2Linear(layer, "attn.c_attn", inputs: sizes.width, outputs: 3 * sizes.width)
        attentionOutput = try GPT2Linear(layer, "attn.c_proj", inputs: sizes.width, outputs: sizes.width)
        hiddenNorm = try LayerNorm(layer, "ln_2", size: sizes.width)
        widen = try GPT2Linear(layer, "mlp.c_fc", inputs: sizes.width, outputs: sizes.hidden)
        narrow = try GPT2Linear(layer, "mlp.c_proj", inputs: sizes.hidden, outputs: sizes.width)
    }
}

/// Scratch for up to `rows` rows of any layer.
final class GPT2Workspace {
    let rows: Int
    /// [rows][width]: the states that all layers add to.
    let x: FloatBuffer
    /// [rows][width]
    let normed: FloatBuffer
    /// [rows][3 * width]
    let wide: FloatBuffer
    /// [rows][width]
    let attended: FloatBuffer
    /// [rows][hidden]
    let hidden: FloatBuffer

    init(rows: Int, _ sizes: GPT2Configuration) {
        self.rows = rows
        x = FloatBuffer(count: rows * sizes.width)
        normed = FloatBuffer(count: rows * sizes.width)
        wide = FloatBuffer(count: rows * 3 * sizes.width)
        attended = FloatBuffer(count: rows * sizes.width)
        hidden = FloatBuffer(count: rows * sizes.hidden)
    }
}
