// Layer normalisation of rows: mean 0 and variance 1 (epsilon 1e-5), then a learned gain and shift.
import CKernels

struct LayerNorm: Sendable {
    let gain: FloatBuffer
    let shift: FloatBuffer

    /// - Parameter shifts: whether there is a shift at all.
    init(_ tensors: TensorSource, _ name: String, size: Int, shifts: Bool = true) throws(CheckpointError) {
        gain = try tensors.floats("\(name).weight", [size])
        shift = shifts ? try tensors.floats("\(name).bias", [size]) : FloatBuffer(count: size)
    }

    /// result [rows][size] = norm(input) (+ residual); result may be input or residual.
    func apply(
        _ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, residual: UnsafePointer<Float>? = nil,
        pool: ComputePool
    ) {
        var norm = ck_layer_norm_rows(
            x: input, gain: gain.start, shift: shift.start, residual: residual, y: result, rows: Int64(rows), n: Int64(gain.count))
        ck_layer_norm(pool.handle, &norm)
    }
}
