// The parts of the picture decoder. A picture is [height][width][channels] in one buffer of the canvas; each part reads the
// canvas's picture and leaves its own there.
import CKernels

struct Convolution3x3: Sendable {
    let inputs: Int
    let outputs: Int
    private let weights: PackedMatrix
    private let bias: FloatBuffer

    init(_ tensors: TensorSource, _ name: String, inputs: Int, outputs: Int) throws(CheckpointError) {
        self.inputs = inputs
        self.outputs = outputs
        weights = PackedMatrix(
            convolution: try tensors.view("\(name).weight", [outputs, inputs, 3, 3]), outputs: outputs, inputs: inputs, taps: 9)
        bias = try tensors.floats("\(name).bias", [outputs])
    }

    /// Reads canvas.padded.
    func apply(_ canvas: VQGANCanvas, residual: FloatBuffer? = nil, into result: FloatBuffer) {
        var conv = ck_conv3x3(
            padded: canvas.padded.start, weights: weights.pointer, bias: bias.start, residual: residual.map { UnsafePointer($0.start) },
            result: result.start, height: Int64(canvas.side), width: Int64(canvas.side), inputs: Int64(inputs), outputs: Int64(outputs))
        ck_conv3x3_run(canvas.pool.handle, &conv)
    }
}

/// A 1 x 1 convolution: a linear layer for every pixel.
struct PixelLinear: Sendable {
    let weights: PackedMatrix
    private let bias: FloatBuffer

    init(_ tensors: TensorSource, _ name: String, inputs: Int, outputs: Int) throws(CheckpointError) {
        let view = try tensors.view("\(name).weight", [outputs, inputs, 1, 1])
        weights = PackedMatrix(convolution: view, outputs: outputs, inputs: inputs, taps: 1)
        bias = try tensors.floats("\(name).bias", [outputs])
    }

    func apply(
        _ input: FloatBuffer, pixels: Int, residual: FloatBuffer? = nil, into result: FloatBuffer, pool: ComputePool
    ) {
        weights.multiply(
            input.start, rows: pixels, into: result.start, bias: bias.start, residual: residual.map { UnsafePointer($0.start) }, pool: pool)
    }
}

/// Group norm over the canvas's picture, optionally followed by x * sigmoid(x) and a border for a convolution.
struct GroupNorm: Sendable {
    private let gain: FloatBuffer
    private let shift: FloatBuffer

    init(_ tensors: TensorSource, _ name: String, channels: Int) throws(CheckpointError) {
        gain = try tensors.floats("\(name).weight", [channels])
        shift = try tensors.floats("\(name).bias", [channels])
    }

    func apply(_ input: FloatBuffer, _ canvas: VQGANCanvas, swish: Bool, padded: Bool, into result: FloatBuffer) {
        var norm = ck_group_norm(
            x: input.start, gain: gain.start, shift: shift.start, height: Int64(canvas.side), width: Int64(canvas.side),
            channels: Int64(gain.count), groups: Int64(canvas.groups), swish: swish ? 1 : 0, padded: padded ? 1 : 0,
            result: result.start, scratch: canvas.statistics.start)
        ck_group_norm_run(canvas.pool.handle, &norm)
    }
}

/// x + conv(swish(norm(conv(swish(norm x))))); a 1 x 1 convolution fits x to other channels.
struct ResidualBlock: Sendable {
    private let norm1: GroupNorm
    private let conv1: Convolution3x3
    private let norm2: GroupNorm
    private let conv2: Convolution3x3
    private let shortcut: PixelLinear?

    init(_ tensors: TensorSource, inputs: Int, outputs: Int) throws(CheckpointError) {
        norm1 = try GroupNorm(tensors, "norm1", channels: inputs)
        conv1 = try Convolution3x3(tensors, "conv1", inputs: inputs, outputs: outputs)
        norm2 = try GroupNorm(tensors, "norm2", channels: outputs)
        conv2 = try Convolution3x3(tensors, "conv2", inputs: outputs, outputs: outputs)
        shortcut = inputs == outputs ? nil : try PixelLinear(tensors, "nin_shortcut", inputs: inputs, outputs: outputs)
    }

    func apply(_ canvas: VQGANCanvas) {
        norm1.apply(canvas.picture, canvas, swish: true, padded: true, into: canvas.padded)
        conv1.apply(canvas, into: canvas.spare)
        norm2.apply(canvas.spare, canvas, swish: true, padded: true, into: canvas.padded)
        if let shortcut {
            shortcut.apply(canvas.picture, pixels: canvas.pixels, into: canvas.spare, pool: canvas.pool)
            canvas.swapSpare()
        }
        conv2.apply(canvas, residual: canvas.picture, into: canvas.picture)
    }
}

/// Self-attention over all pixels with one head: x + project(softmax(q k^T / sqrt(channels)) v).
struct PixelAttention: Sendable {
    private let channels: Int
    private let norm: GroupNorm
    private let queries: PixelLinear
    private let keys: PixelLinear
    private let values: PixelLinear
    private let projection: PixelLinear

    init(_ tensors: TensorSource, channels: Int) throws(CheckpointError) {
        self.channels = channels
        norm = try GroupNorm(tensors, "norm", channels: channels)
        queries = try PixelLinear(tensors, "q", inputs: channels, outputs: channels)
        keys = try PixelLinear(tensors, "k", inputs: channels, outputs: channels)
        values = try PixelLinear(tensors, "v", inputs: channels, outputs: channels)
        projection = try PixelLinear(tensors, "proj_out", inputs: channels, outputs: channels)
    }

    func apply(_ canvas: VQGANCanvas) {
        let (pixels, pool) = (canvas.pixels, canvas.pool)
        let normed = canvas.padded
        norm.apply(canvas.picture, canvas, swish: false, padded: false, into: normed)
        let mixed = FloatBuffer(count: pixels * channels)
        let keyMatrix = PackedMatrix(outputs: pixels, inputs: channels)
        keys.apply(normed, pixels: pixels, into: mixed, pool: pool)
        keyMatrix.fill(rows: mixed.start)
        let valueMatrix = PackedMatrix(outputs: channels, inputs: pixels)
        values.apply(normed, pixels: pixels, into: mixed, pool: pool)
        valueMatrix.fill(columns: mixed.start)
        queries.apply(normed, pixels: pixels, into: mixed, pool: pool)
        let weights = FloatBuffer(count: pixels * pixels)
        keyMatrix.multiply(mixed.start, rows: pixels, into: weights.start, scale: 1 / Float(channels).squareRoot(), pool: pool)
        ck_softmax_rows(pool.handle, weights.start, Int64(pixels), Int64(pixels))
        valueMatrix.multiply(weights.start, rows: pixels, into: mixed.start, pool: pool)
        projection.apply(mixed, pixels: pixels, residual: canvas.picture, into: canvas.picture, pool: pool)
    }
}
