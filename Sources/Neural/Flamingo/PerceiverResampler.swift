// However many patches a picture has, a fixed number of vision tokens: learned latents look at the patches and at one another,
// layer by layer (Jaegle et al., 2021; Alayrac et al., 2022, section 3.1.1).
import CKernels

struct PerceiverResampler: Sendable {
    private struct Layer: Sendable {
        let pictureNorm: LayerNorm
        let latentNorm: LayerNorm
        let queries: WeightMatrix
        /// [2 * inner][width]
        let keysValues: WeightMatrix
        let output: WeightMatrix
        let feedForward: FlamingoFeedForward
    }

    private let width: Int
    private let heads: FlamingoConfiguration.Heads
    private let count: Int
    /// [count][width]
    private let latents: FloatBuffer
    /// Added to every patch of a picture: [width]; nil where the model has none.
    private let frame: FloatBuffer?
    private let layers: [Layer]
    private let norm: LayerNorm

    init(_ tensors: TensorSource, _ sizes: FlamingoConfiguration) throws(CheckpointError) {
        (width, heads, count) = (sizes.vision.width, sizes.resamplerHeads, sizes.latents)
        latents = try tensors.floats("latents", [count, width])
        frame = tensors.contains("frame_embs") ? try tensors.floats("frame_embs", [1, width]) : nil
        var layers: [Layer] = []
        for index in 0..<sizes.resamplerLayers {
            let attention = tensors.scoped("layers.\(index).0")
            layers.append(
                Layer(
                    pictureNorm: try LayerNorm(attention, "norm_media", size: width),
                    latentNorm: try LayerNorm(attention, "norm_latents", size: width),
                    queries: try attention.weights([("to_q", heads.inner)], inputs: width),
                    keysValues: try attention.weights([("to_kv", 2 * heads.inner)], inputs: width),
                    output: try attention.weights([("to_out", width)], inputs: heads.inner),
                    feedForward: try FlamingoFeedForward(
                        tensors.scoped("layers.\(index).1"), width: width, hidden: width * sizes.feedForwardFactor)))
        }
        self.layers = layers
        norm = try LayerNorm(tensors, "norm", size: width)
    }

    /// Vision tokens: [count][width].
    /// - Parameter patches: [rows][width]
    func resample(_ patches: FloatBuffer, pool: ComputePool) -> FloatBuffer {
        let rows = patches.count / width
        let all = rows + count
        let scratch = ActivationScratch(count: all * max(width, heads.inner))
        let x = FloatBuffer(count: count * width)
        x.start.update(from: latents.start, count: x.count)
        let seen = FloatBuffer(count: patches.count)
        seen.start.update(from: patches.start, count: patches.count)
        if let frame {
            for row in 0..<rows { ck_add(seen.start + row * width, frame.start, Int64(width), seen.start + row * width) }
        }
        let both = FloatBuffer(count: all * width)
        let queries = FloatBuffer(count: count * heads.inner)
        let keysValues = FloatBuffer(count: all * 2 * heads.inner)
        let attended = FloatBuffer(count: count * heads.inner)
        let cache = AttentionCache(sequences: 1, length: all, heads: heads.count, width: heads.inner)
        let (sequences, lengths) = ([Int](repeating: 0, count: count), [Int32](repeating: Int32(all), count: count))
        for layer in layers {
            layer.pictureNorm.apply(seen.start, rows: rows, into: both.start, pool: pool)
            layer.latentNorm.apply(x.start, rows: count, into: both.start + rows * width, pool: pool)
            layer.queries.multiply(both.start + rows * width, rows: count, into: queries.start, scratch: scratch, pool: pool)
            layer.keysValues.multiply(both.start, rows: all, into: keysValues.start, scratch: scratch, pool: pool)
            for row in 0..<all {
                let key = keysValues.start + row * 2 * heads.inner
                cache.append(key, key + heads.inner, sequence: 0, position: row)
            }
            cache.attend(queries.start, queryStride: heads.inner, sequenceOf: sequences, lengths: lengths, into: attended.start, pool: pool)
            layer.output.multiply(attended.start, rows: count, into: x.start, residual: x.start, scratch: scratch, pool: pool)
            layer.feedForward.apply(x.start, rows: count, pool: pool)
        }
        norm.apply(x.start, rows: count, into: x.start, pool: pool)
        return x
    }
}

/// x + scale * down(gelu(up(norm x))), as the parts that Flamingo adds have it.
struct FlamingoFeedForward: Sendable {
    private let width: Int
    private let hidden: Int
    private let norm: LayerNorm
    private let up: PackedMatrix
    private let down: PackedMatrix

    init(_ tensors: TensorSource, width: Int, hidden: Int) throws(CheckpointError) {
        self.width = width
        self.hidden = hidden
        norm = try LayerNorm(tensors, "0", size: width)
        up = try tensors.matrix("1", outputs: hidden, inputs: width)
        down = try tensors.matrix("3", outputs: width, inputs: hidden)
    }

    /// x [rows][width] in place.
    func apply(_ x: UnsafeMutablePointer<Float>, rows: Int, scale: Float = 1, pool: ComputePool) {
        let normed = FloatBuffer(count: rows * width)
        let wide = FloatBuffer(count: rows * hidden)
        norm.apply(x, rows: rows, into: normed.start, pool: pool)
        up.multiply(normed.start, rows: rows, into: wide.start, pool: pool)
        ck_gelu(pool.handle, wide.start, Int64(rows), Int64(hidden), 0)
        down.multiply(wide.start, rows: rows, into: x, residual: x, scale: scale, pool: pool)
    }
}
