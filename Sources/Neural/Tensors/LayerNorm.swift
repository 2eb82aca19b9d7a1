// Layer normalisation of rows: mean 0 and variance 1 (epsilon 1e-5), then a learned gain and shift.
import CKernels

struct LayerNorm: Sendable {
    let gain: FloatBuffer
    let shift: FloatBuffer

    init(_ tensors: TensorSource, _ name: String, size: Int) throws(CheckpointError) {
        gain = try tensors.floats("\(name).weight", [size])
        shift = try tensors.floats("\(name).bias", [size])
    }

    /// result [rows][size] = norm(input) (+ residual); result may be input or residual.
    func apply(
        _ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, residual: UnsafePointer<Float>? = nil
    ) {
        ck_layer_norm(input, Int64(rows), Int64(gain.count), gain.start, shift.start, residual, result)
    }
}
