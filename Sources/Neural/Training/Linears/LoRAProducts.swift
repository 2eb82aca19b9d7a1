// An adapter's two matrices as learning multiplies them. With x the input and dy the gradient of the result:
//   y += scale * (x A^T) B^T      u = x A^T       du = scale * dy B
//   dx += du A                    dA += du^T x    dB += scale * dy^T u
import CKernels

/// Packed for the four products they take part in; packed again after every step.
struct LoRAProducts {
    let slot: LoRAParameters.Slot
    private let down: PackedMatrix
    private let downBack: PackedMatrix
    private let up: PackedMatrix
    private let upBack: PackedMatrix
    private let scale: Float
    private let rank: Int

    init(_ parameters: LoRAParameters, _ slot: LoRAParameters.Slot) {
        self.slot = slot
        rank = parameters.settings.rank
        scale = parameters.settings.scale
        down = PackedMatrix(outputs: rank, inputs: slot.inputs)
        downBack = PackedMatrix(outputs: slot.inputs, inputs: rank)
        up = PackedMatrix(outputs: slot.outputs, inputs: rank)
        upBack = PackedMatrix(outputs: rank, inputs: slot.outputs)
        refresh(parameters)
    }

    var room: TrainingScratch.Room { .init(inner: rank, turned: rank, packed: max(slot.inputs, slot.outputs)) }

    func refresh(_ parameters: LoRAParameters) {
        let (first, second) = (parameters.first(slot, of: parameters.values), parameters.second(slot, of: parameters.values))
        down.fill(rows: first)
        downBack.fill(columns: first)
        up.fill(columns: second)
        upBack.fill(rows: second)
    }

    /// result += scale * (input A^T) B^T
    /// - Parameter stride: numbers from a row of the result to the next.
    func add(
        _ input: UnsafePointer<Float>, rows: Int, to result: UnsafeMutablePointer<Float>, stride: Int, _ scratch: TrainingScratch,
        _ pool: ComputePool
    ) {
        down.multiply(input, rows: rows, into: scratch.inner.start, pool: pool)
        up.multiply(scratch.inner.start, rows: rows, into: result, stride: stride, residual: result, scale: scale, pool: pool)
    }

    /// Adds to the gradients of A and B, and to that of the input.
    /// - Parameters:
    ///   - stride: numbers from a row of the result's gradient to the next.
    ///   - inputBack: nil where nobody asks for it.
    ///   - gradients: in the layout of the parameters.
    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, stride: Int,
        into inputBack: UnsafeMutablePointer<Float>?, gradients: FloatBuffer, _ scratch: TrainingScratch, _ pool: ComputePool
    ) {
        let first = gradients.start + slot.start
        let second = first + rank * slot.inputs
        down.multiply(input, rows: rows, into: scratch.inner.start, pool: pool)
        let inner = TrainingScratch.Rows(scratch.inner.start, width: rank)
        scratch.accumulate(inner, .init(resultBack, width: slot.outputs, stride: stride), rows: rows, scale: scale, into: second, pool)
        upBack.multiply(resultBack, inputStride: stride, rows: rows, into: scratch.inner.start, scale: scale, pool: pool)
        scratch.accumulate(inner, .init(input, width: slot.inputs), rows: rows, into: first, pool)
        if let inputBack {
            downBack.multiply(scratch.inner.start, rows: rows, into: inputBack, residual: inputBack, pool: pool)
        }
    }
}
