// Root-mean-square normalisation of rows: mean of squares 1, then a learned gain. No mean is taken away, nothing is added.
import CKernels

struct RMSNorm: Sendable {
    let gain: FloatBuffer
    let epsilon: Float

    init(_ tensors: TensorSource, _ name: String, size: Int, epsilon: Float) throws(CheckpointError) {
        gain = try tensors.floats("\(name).weight", [size])
        self.epsilon = epsilon
    }

    /// Each row of `size` numbers; `stride` numbers from a row to the next, nil: size. The result may be the input.
    func apply(
        _ input: UnsafePointer<Float>, rows: Int, stride: Int? = nil, into result: UnsafeMutablePointer<Float>, pool: ComputePool
    ) {
        let stride = Int64(stride ?? gain.count)
        var norm = ck_rms_norm_rows(
            x: input, x_stride: stride, gain: gain.start, y: result, y_stride: stride, rows: Int64(rows), n: Int64(gain.count),
            epsilon: epsilon)
        ck_rms_norm(pool.handle, &norm)
    }
}
