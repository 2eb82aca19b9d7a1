// Norms as learning sees them, forward and back. Those of a base do not learn.
import CKernels

/// A norm of rows with its way back.
protocol TrainingNorm: Sendable {
    /// result [rows][size] = norm(input)
    func forward(_ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, _ pool: ComputePool)
    /// inputBack [rows][size] += the gradient of the input; into `gradients`, all that there are in the learner's layout, goes that of
    /// the norm's own numbers where they learn.
    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, into inputBack: UnsafeMutablePointer<Float>,
        gradients: FloatBuffer, _ pool: ComputePool)
}

extension LayerNorm: TrainingNorm {
    func forward(_ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, _ pool: ComputePool) {
        apply(input, rows: rows, into: result, pool: pool)
    }

    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, into inputBack: UnsafeMutablePointer<Float>,
        gradients: FloatBuffer, _ pool: ComputePool
    ) {
        ck_layer_norm_back(pool.handle, input, gain.start, resultBack, Int64(rows), Int64(gain.count), inputBack)
    }
}

extension RMSNorm: TrainingNorm {
    func forward(_ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, _ pool: ComputePool) {
        apply(input, rows: rows, into: result, pool: pool)
    }

    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, into inputBack: UnsafeMutablePointer<Float>,
        gradients: FloatBuffer, _ pool: ComputePool
    ) {
        back(input, resultBack, rows: rows, stride: gain.count, into: inputBack, pool)
    }

    /// - Parameter stride: numbers from a row of all three to the next.
    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, stride: Int,
        into inputBack: UnsafeMutablePointer<Float>, _ pool: ComputePool
    ) {
        var norm = ck_rms_norm_back_rows(
            x: input, dy: resultBack, dx: inputBack, stride: Int64(stride), rows: Int64(rows), n: Int64(gain.count), gain: gain.start,
            epsilon: epsilon)
        ck_rms_norm_back(pool.handle, &norm)
    }
}
