// A frozen linear layer and the adapter beside it, forward and back. With x the input and dy the gradient of the result:
//   y = x W + bias + scale * (x A^T) B^T          u = x A^T
//   dx = dy W^T + du A                            du = scale * dy B
//   dA += du^T x                                  dB += scale * dy^T u
import CKernels

/// One layer's weights in both directions. Only read.
struct FrozenLinear: Sendable {
    let forward: GPT2Linear
    /// [inputs][outputs]: the same weights, as the way back reads them.
    let back: PackedMatrix

    init(_ tensors: TensorSource, _ target: LoRATarget, _ forward: GPT2Linear) throws(CheckpointError) {
        self.forward = forward
        let weights = try tensors.floats("\(target.rawValue).weight", [forward.inputs, forward.outputs])
        back = PackedMatrix(outputs: forward.inputs, inputs: forward.outputs)
        withExtendedLifetime(weights) { back.fill(rows: $0.start) }
    }
}

/// An adapter's two matrices, packed for the four products they take part in; packed again after every step.
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
    func add(_ input: UnsafePointer<Float>, rows: Int, to result: UnsafeMutablePointer<Float>, _ scratch: LoRAScratch, _ pool: ComputePool)
    {
        down.multiply(input, rows: rows, into: scratch.inner.start, pool: pool)
        up.multiply(scratch.inner.start, rows: rows, into: result, residual: result, scale: scale, pool: pool)
    }

    /// Adds to the gradients of A and B, and to that of the input.
    /// - Parameters:
    ///   - first: [rank][inputs], the gradient of A.
    ///   - second: [rank][outputs], that of B turned over.
    ///   - inputBack: nil where nobody asks for it.
    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, first: UnsafeMutablePointer<Float>,
        second: UnsafeMutablePointer<Float>, inputBack: UnsafeMutablePointer<Float>?, _ scratch: LoRAScratch, _ pool: ComputePool
    ) {
        down.multiply(input, rows: rows, into: scratch.inner.start, pool: pool)
        scratch.accumulate(resultBack, outputs: slot.outputs, rows: rows, rank: rank, scale: scale, into: second, pool)
        upBack.multiply(resultBack, rows: rows, into: scratch.inner.start, scale: scale, pool: pool)
        scratch.accumulate(input, outputs: slot.inputs, rows: rows, rank: rank, scale: 1, into: first, pool)
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

    init(rows: Int, rank: Int, widest: Int) {
        inner = FloatBuffer(count: rows * rank)
        turned = FloatBuffer(count: rows * rank)
        packed = FloatBuffer(count: Int(ck_packed_count(Int64(widest), Int64(rows))))
    }

    /// result [rank][outputs] += scale * inner^T [rank][rows] * numbers [rows][outputs]
    func accumulate(
        _ numbers: UnsafePointer<Float>, outputs: Int, rows: Int, rank: Int, scale: Float, into result: UnsafeMutablePointer<Float>,
        _ pool: ComputePool
    ) {
        for row in 0..<rows {
            for column in 0..<rank { turned.start[column * rows + row] = inner.start[row * rank + column] }
        }
        ck_pack_columns(numbers, Int64(outputs), Int64(outputs), Int64(rows), packed.start)
        var product = ck_matmul(
            a: turned.start, a_stride: Int64(rows), b: packed.start, kind: Int32(CK_F32), bias: nil, residual: result, c: result,
            c_stride: Int64(outputs), m: Int64(rank), n: Int64(outputs), k: Int64(rows), scale: scale)
        ck_matmul_run(pool.handle, &product)
    }
}
