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
        _ input: UnsafePointer<Float>, rows: Int, to result: UnsafeMutablePointer<Float>, stride: Int, _ scratch: LoRAScratch,
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
        into inputBack: UnsafeMutablePointer<Float>?, gradients: FloatBuffer, _ scratch: LoRAScratch, _ pool: ComputePool
    ) {
        let first = gradients.start + slot.start
        let second = first + rank * slot.inputs
        down.multiply(input, rows: rows, into: scratch.inner.start, pool: pool)
        scratch.accumulate(resultBack, outputs: slot.outputs, stride: stride, rows: rows, rank: rank, scale: scale, into: second, pool)
        upBack.multiply(resultBack, inputStride: stride, rows: rows, into: scratch.inner.start, scale: scale, pool: pool)
        scratch.accumulate(input, outputs: slot.inputs, stride: slot.inputs, rows: rows, rank: rank, scale: 1, into: first, pool)
        if let inputBack {
            downBack.multiply(scratch.inner.start, rows: rows, into: inputBack, residual: inputBack, pool: pool)
        }
    }
}

/// Room for up to `rows` rows of any adapter.
final class LoRAScratch {
    /// [rows][rank]: what lies between A and B, or its gradient.
    let inner: FloatBuffer
    /// [rank][rows]
    private let turned: FloatBuffer
    /// A run of rows, packed.
    private let packed: FloatBuffer

    init(rows: Int, _ parameters: LoRAParameters) {
        let rank = parameters.settings.rank
        let widest = parameters.slots.reduce(1) { max($0, $1.inputs, $1.outputs) }
        inner = FloatBuffer(count: rows * rank)
        turned = FloatBuffer(count: rows * rank)
        packed = FloatBuffer(count: Int(ck_packed_count(Int64(widest), Int64(rows))))
    }

    /// result [rank][outputs] += scale * inner^T [rank][rows] * numbers [rows][outputs], whose rows are `stride` apart.
    func accumulate(
        _ numbers: UnsafePointer<Float>, outputs: Int, stride: Int, rows: Int, rank: Int, scale: Float,
        into result: UnsafeMutablePointer<Float>, _ pool: ComputePool
    ) {
        for row in 0..<rows {
            for column in 0..<rank { turned.start[column * rows + row] = inner.start[row * rank + column] }
        }
        ck_pack_columns(numbers, Int64(stride), Int64(outputs), Int64(rows), packed.start)
        var product = ck_matmul(
            a: turned.start, a_stride: Int64(rows), b: packed.start, kind: Int32(CK_F32), bias: nil, residual: result, c: result,
            c_stride: Int64(outputs), m: Int64(rank), n: Int64(outputs), k: Int64(rows), scale: scale)
        ck_matmul_run(pool.handle, &product)
    }
}
