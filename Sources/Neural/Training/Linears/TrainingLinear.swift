// A linear layer as learning sees it, forward and back, and the room that its way back needs.
import CKernels

protocol TrainingLinear {
    /// What it needs of a ``TrainingScratch``.
    var room: TrainingScratch.Room { get }

    /// result [rows][outputs] of input [rows][inputs].
    /// - Parameters:
    ///   - stride: numbers from a row of the result, and of the residual, to the next; nil: outputs.
    ///   - residual: is added.
    func apply(
        _ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, stride: Int?, residual: UnsafePointer<Float>?,
        _ scratch: TrainingScratch, _ pool: ComputePool)

    /// The gradient of the input, and into `gradients` that of the numbers that learn.
    /// - Parameters:
    ///   - stride: numbers from a row of the result's gradient to the next; nil: outputs.
    ///   - inputBack: nil where nobody asks for it.
    ///   - isAdded: whether to what stands there, as several layers read the same input.
    ///   - gradients: all that there are, in the learner's layout.
    ///   - scale: of the result's gradient.
    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, stride: Int?,
        into inputBack: UnsafeMutablePointer<Float>?, isAdded: Bool, gradients: FloatBuffer, scale: Float, _ scratch: TrainingScratch,
        _ pool: ComputePool)
}

/// Room for so many rows of any of several layers.
final class TrainingScratch {
    /// Numbers a row.
    struct Room {
        /// What lies between an adapter's matrices.
        var inner = 0
        /// What is turned over.
        var turned = 0
        /// What is packed.
        var packed = 0

        static func + (a: Room, b: Room) -> Room {
            Room(inner: max(a.inner, b.inner), turned: max(a.turned, b.turned), packed: max(a.packed, b.packed))
        }
    }

    /// [rows][inner]
    let inner: FloatBuffer
    private let turned: FloatBuffer
    private let packed: FloatBuffer

    init(rows: Int, _ room: Room) {
        inner = FloatBuffer(count: rows * room.inner)
        turned = FloatBuffer(count: rows * room.turned)
        packed = FloatBuffer(count: Int(ck_packed_count(Int64(max(room.packed, 1)), Int64(rows))))
    }

    /// result [left.width][right.width] += scale * left^T right: the gradient of a matrix between the two.
    func accumulate(_ left: Rows, _ right: Rows, rows: Int, scale: Float = 1, into result: UnsafeMutablePointer<Float>, _ pool: ComputePool)
    {
        for row in 0..<rows {
            for column in 0..<left.width { turned.start[column * rows + row] = left.start[row * left.stride + column] }
        }
        ck_pack_columns(right.start, Int64(right.stride), Int64(right.width), Int64(rows), packed.start)
        var product = ck_matmul(
            a: turned.start, a_stride: Int64(rows), b: packed.start, kind: Int32(CK_F32), bias: nil, residual: result, c: result,
            c_stride: Int64(right.width), m: Int64(left.width), n: Int64(right.width), k: Int64(rows), scale: scale)
        ck_matmul_run(pool.handle, &product)
    }

    /// Rows of `width` numbers, `stride` apart.
    struct Rows {
        let start: UnsafePointer<Float>
        let width: Int
        let stride: Int

        init(_ start: UnsafePointer<Float>, width: Int, stride: Int? = nil) {
            (self.start, self.width, self.stride) = (start, width, stride ?? width)
        }
    }
}
