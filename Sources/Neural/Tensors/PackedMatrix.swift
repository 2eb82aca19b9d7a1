// A weight matrix [outputs][inputs] in the order the product kernel reads it (ck_pack.h). Packed once, then only read.
// Numbers of 16 bits stay so where the processor reads them at full speed: half the memory, and half the bytes a step.
import CKernels

struct PackedMatrix: Sendable {
    let outputs: Int
    let inputs: Int
    let kind: NumberKind
    /// Holds the numbers of `kind`, whatever its own element type says.
    private let panels: FloatBuffer

    /// Zeros, to be filled.
    init(outputs: Int, inputs: Int, kind: NumberKind = .float32) {
        self.outputs = outputs
        self.inputs = inputs
        self.kind = kind
        panels = FloatBuffer(count: Int(ck_packed_count(Int64(outputs), Int64(inputs))) * kind.block.bytes / NumberKind.float32.block.bytes)
    }

    /// Stacks matrices that read the same input, such as the queries, keys and values of one attention, into one product.
    init(stacking parts: [TensorView], inputs: Int) {
        let kinds = Set(parts.map(\.kind))
        let common = kinds.count == 1 && ck_best_level() >= Int32(CK_AVX2) ? kinds.first : nil
        self.init(outputs: parts.reduce(0) { $0 + $1.count / inputs }, inputs: inputs, kind: common ?? .float32)
        var first = 0
        for part in parts {
            let rows = part.count / inputs
            if part.order == nil {
                ck_pack_rows(part.bytes, part.kind.code, Int64(rows), Int64(inputs), Int64(first), panels.start, kind.code)
            } else {
                for row in 0..<rows {
                    ck_pack_rows(part.row(row), part.kind.code, 1, Int64(inputs), Int64(first + row), panels.start, kind.code)
                }
            }
            first += rows
        }
    }

    /// Weights [inputs][outputs].
    init(columns view: TensorView, outputs: Int, inputs: Int) {
        let isKept = view.kind.size == 2 && view.order == nil && ck_best_level() >= Int32(CK_AVX2)
        self.init(outputs: outputs, inputs: inputs, kind: isKept ? view.kind : .float32)
        if isKept {
            ck_pack_columns_as(view.bytes, kind.code, Int64(outputs), Int64(inputs), panels.start)
        } else {
            let numbers = view.floats()
            withExtendedLifetime(numbers) { fill(columns: numbers.start) }
        }
    }

    /// A convolution's weights [outputs][inputs][taps]; the product's inputs are then taps * inputs. Always float32: so many
    /// pixels share each weight that arithmetic, not memory, is the bound.
    init(convolution view: TensorView, outputs: Int, inputs: Int, taps: Int) {
        self.init(outputs: outputs, inputs: inputs * taps)
        ck_pack_conv(view.bytes, view.kind.code, Int64(outputs), Int64(inputs), Int64(taps), panels.start)
    }

    /// Fills a float32 matrix from floats [outputs][inputs].
    func fill(rows: UnsafePointer<Float>) {
        ck_pack_rows(rows, Int32(CK_F32), Int64(outputs), Int64(inputs), 0, panels.start, kind.code)
    }

    /// Fills a float32 matrix from floats [inputs][outputs].
    func fill(columns: UnsafePointer<Float>) {
        ck_pack_columns(columns, Int64(outputs), Int64(outputs), Int64(inputs), panels.start)
    }

    /// The panels of a float32 matrix.
    var pointer: UnsafePointer<Float> { UnsafePointer(panels.start) }

    /// result [rows][outputs] = scale * input [rows][inputs] * self^T (+ bias) (+ residual, which may be result).
    /// `stride`: numbers from a row of the result to the next; nil: outputs. `inputStride` alike; nil: inputs.
    func multiply(
        _ input: UnsafePointer<Float>, inputStride: Int? = nil, rows: Int, into result: UnsafeMutablePointer<Float>, stride: Int? = nil,
        bias: UnsafePointer<Float>? = nil, residual: UnsafePointer<Float>? = nil, scale: Float = 1, pool: ComputePool
    ) {
        var product = ck_matmul(
            a: input, a_stride: Int64(inputStride ?? inputs), b: panels.start, kind: kind.code, bias: bias,
            residual: residual, c: result, c_stride: Int64(stride ?? outputs), m: Int64(rows), n: Int64(outputs), k: Int64(inputs),
            scale: scale)
        ck_matmul_run(pool.handle, &product)
    }
}
