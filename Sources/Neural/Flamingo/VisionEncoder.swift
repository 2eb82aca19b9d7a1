// A picture to one state a patch: CLIP's vision transformer (Radford et al., 2021), up to its last layer. Patches are a
// convolution without overlap, which is a product once each patch's numbers lie in a row.
import CKernels

struct VisionEncoder: Sendable {
    private struct Layer: Sendable {
        let before: LayerNorm
        /// [3 * width][width]
        let queriesKeysValues: WeightMatrix
        let output: WeightMatrix
        let middle: LayerNorm
        let up: WeightMatrix
        let down: WeightMatrix
    }

    /// What a picture's numbers are made of 0…1 by, one for each colour: CLIP's own.
    static let mean: [Float] = [0.48145466, 0.4578275, 0.40821073]
    static let deviation: [Float] = [0.26862954, 0.26130258, 0.27577711]

    let sizes: FlamingoConfiguration.Vision
    /// [width][3 * patch * patch]
    private let patches: WeightMatrix
    /// [width]
    private let summary: FloatBuffer
    /// [1 + patches][width]
    private let positions: FloatBuffer
    private let first: LayerNorm
    private let layers: [Layer]

    init(_ tensors: TensorSource, _ sizes: FlamingoConfiguration.Vision) throws(CheckpointError) {
        self.sizes = sizes
        let (width, taps) = (sizes.width, 3 * sizes.patch * sizes.patch)
        let embeddings = tensors.scoped("embeddings")
        let convolution = try embeddings.view("patch_embedding.weight", [width, 3, sizes.patch, sizes.patch])
        patches = WeightMatrix(
            stacking: [TensorView(file: convolution.file, bytes: convolution.bytes, kind: convolution.kind, shape: [width, taps])],
            inputs: taps)
        summary = try embeddings.floats("class_embedding", [width])
        positions = try embeddings.floats("position_embedding.weight", [sizes.patches + 1, width])
        first = try LayerNorm(tensors, "pre_layrnorm", size: width)
        var layers: [Layer] = []
        for index in 0..<sizes.layers {
            let layer = tensors.scoped("encoder.layers.\(index)")
            let attention = layer.scoped("self_attn")
            layers.append(
                Layer(
                    before: try LayerNorm(layer, "layer_norm1", size: width),
                    queriesKeysValues: try attention.weights(
                        [("q_proj", width), ("k_proj", width), ("v_proj", width)], inputs: width, bias: true),
                    output: try attention.weights([("out_proj", width)], inputs: width, bias: true),
                    middle: try LayerNorm(layer, "layer_norm2", size: width),
                    up: try layer.weights([("mlp.fc1", sizes.hidden)], inputs: width, bias: true),
                    down: try layer.weights([("mlp.fc2", width)], inputs: sizes.hidden, bias: true)))
        }
        self.layers = layers
    }

    /// States of all patches, row by row: [patches][width].
    /// - Parameter pixels: [side][side][3], as a picture has them.
    func encode(_ pixels: [UInt8], pool: ComputePool) -> FloatBuffer {
        let (width, rows, heads) = (sizes.width, sizes.patches + 1, sizes.heads)
        precondition(pixels.count == sizes.side * sizes.side * 3)
        let scratch = ActivationScratch(count: rows * max(width, sizes.hidden, 3 * sizes.patch * sizes.patch))
        let x = FloatBuffer(count: rows * width)
        let normed = FloatBuffer(count: rows * width)
        let wide = FloatBuffer(count: rows * max(3 * width, sizes.hidden))
        let attended = FloatBuffer(count: rows * width)
        do {
            let rowsOfPatches = unfold(pixels)
            patches.multiply(rowsOfPatches.start, rows: sizes.patches, into: x.start + width, scratch: scratch, pool: pool)
        }
        x.start.update(from: summary.start, count: width)
        ck_add(x.start, positions.start, Int64(rows * width), x.start)
        first.apply(x.start, rows: rows, into: x.start, pool: pool)
        let cache = AttentionCache(sequences: 1, length: rows, heads: heads, width: width)
        let (sequences, lengths) = ([Int](repeating: 0, count: rows), [Int32](repeating: Int32(rows), count: rows))
        for layer in layers {
            layer.before.apply(x.start, rows: rows, into: normed.start, pool: pool)
            layer.queriesKeysValues.multiply(normed.start, rows: rows, into: wide.start, scratch: scratch, pool: pool)
            for row in 0..<rows {
                let queries = wide.start + row * 3 * width
                cache.append(queries + width, queries + 2 * width, sequence: 0, position: row)
            }
            cache.attend(wide.start, queryStride: 3 * width, sequenceOf: sequences, lengths: lengths, into: attended.start, pool: pool)
            layer.output.multiply(attended.start, rows: rows, into: x.start, residual: x.start, scratch: scratch, pool: pool)
            layer.middle.apply(x.start, rows: rows, into: normed.start, pool: pool)
            layer.up.multiply(normed.start, rows: rows, into: wide.start, scratch: scratch, pool: pool)
            ck_gelu(pool.handle, wide.start, Int64(rows), Int64(sizes.hidden), sizes.quickGELU ? 1 : 0)
            layer.down.multiply(wide.start, rows: rows, into: x.start, residual: x.start, scratch: scratch, pool: pool)
        }
        let states = FloatBuffer(count: sizes.patches * width)
        states.start.update(from: x.start + width, count: states.count)
        return states
    }

    /// Normalised numbers with a patch a row: [patches][3][patch][patch].
    private func unfold(_ pixels: [UInt8]) -> FloatBuffer {
        let (side, patch) = (sizes.side, sizes.patch)
        let across = side / patch
        let result = FloatBuffer(count: sizes.patches * 3 * patch * patch)
        for row in 0..<side {
            for column in 0..<side {
                let target = ((row / patch) * across + column / patch) * 3 * patch * patch + (row % patch) * patch + column % patch
                for colour in 0..<3 {
                    let value = Float(pixels[(row * side + column) * 3 + colour]) / 255
                    result.start[target + colour * patch * patch] = (value - Self.mean[colour]) / Self.deviation[colour]
                }
            }
        }
        return result
    }
}
