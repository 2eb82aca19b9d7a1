// A weight matrix [outputs][inputs] of 4 to 8 bits a weight, in the order the block kernels read it (ck_blocks.h). Its whole
// numbers are those of the file; scales are kept as f16.
import CKernels

struct BlockMatrix: Sendable {
    let outputs: Int
    /// A multiple of 32; those past the layer's own have weights of zero.
    let inputs: Int
    let kind: NumberKind
    /// Holds bytes, whatever its own element type says.
    private let panels: FloatBuffer

    /// Stacks matrices of one block format that read the same input.
    init(stacking parts: [TensorView], inputs: Int) {
        let kind = parts[0].kind
        self.init(parts, inputs: inputs, kind: kind) { part, row, numbers, scales, minima in
            ck_block_unpack(kind.code, part.row(row), Int64(inputs), numbers, scales, minima)
        }
    }

    /// Stacks matrices of floats, brought to 8 bits as ggml does it for Q8_0.
    init(rounding parts: [TensorView], inputs: Int) {
        let floats = FloatBuffer(count: Self.wholeBlocks(inputs))
        self.init(parts, inputs: inputs, kind: .q8_0) { part, row, numbers, scales, _ in
            part.read(row: row, into: floats.start)
            ck_block_from_float(floats.start, Int64(floats.count), numbers, scales)
        }
    }

    /// - Parameters:
    ///   - width: inputs that the parts have.
    ///   - unpack: gives a row's whole numbers, scales and minima (which formats without them ignore).
    private init(
        _ parts: [TensorView], inputs width: Int, kind: NumberKind,
        unpack: (TensorView, Int, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) {
        outputs = parts.reduce(0) { $0 + $1.count / width }
        inputs = Self.wholeBlocks(width)
        self.kind = kind
        panels = FloatBuffer(count: Int(ck_blocks_size(kind.code, Int64(outputs), Int64(inputs))) / 4)
        let numbers = UnsafeMutablePointer<UInt8>.allocate(capacity: inputs)
        defer { numbers.deallocate() }
        let (scales, minima) = (FloatBuffer(count: inputs / 16), FloatBuffer(count: inputs / 32))
        var output: Int64 = 0
        for part in parts {
            for row in 0..<(part.count / width) {
                unpack(part, row, numbers, scales.start, minima.start)
                ck_blocks_pack(kind.code, Int64(inputs), output, numbers, scales.start, minima.start, panels.start)
                output += 1
            }
        }
    }

    /// The least multiple of 32 that is no smaller.
    static func wholeBlocks(_ inputs: Int) -> Int { (inputs + 31) / 32 * 32 }

    /// result [rows][outputs] = input * self^T (+ bias) (+ residual, which may be result), `stride` numbers from row to row.
    func multiply(
        _ input: ck_activations, rows: Int, into result: UnsafeMutablePointer<Float>, stride: Int,
        bias: UnsafePointer<Float>?, residual: UnsafePointer<Float>?, pool: ComputePool
    ) {
        var product = ck_blocks(
            a: input, b: panels.start, kind: kind.code, bias: bias, residual: residual, c: result, c_stride: Int64(stride),
            m: Int64(rows), n: Int64(outputs), k: Int64(inputs))
        ck_blocks_run(pool.handle, &product)
    }
}

/// Room for a product's input in 8 bits, shared by all products of a forward pass.
final class ActivationScratch {
    private let numbers: UnsafeMutablePointer<Int8>
    private let scales: FloatBuffer
    private let sums: UnsafeMutablePointer<Int32>
    /// Where rows that end within a block are filled up with zeros.
    private lazy var room = FloatBuffer(count: count)
    private let count: Int

    /// For `count` numbers in all, whole blocks of 32 in each row.
    init(count: Int) {
        self.count = count
        numbers = .allocate(capacity: max(count, 1))
        scales = FloatBuffer(count: count / 32)
        sums = .allocate(capacity: max(count / 16, 1))
    }

    deinit {
        numbers.deallocate()
        sums.deallocate()
    }

    /// input [rows][inputs] in 8 bits, until the next call.
    func quantise(_ input: UnsafePointer<Float>, rows: Int, inputs: Int, pool: ComputePool) -> ck_activations {
        var activations = ck_activations(numbers: numbers, scales: scales.start, sums: sums)
        let padded = BlockMatrix.wholeBlocks(inputs)
        var input = input
        if padded != inputs {
            for row in 0..<rows {
                let start = room.start + row * padded
                start.update(from: input + row * inputs, count: inputs)
                (start + inputs).update(repeating: 0, count: padded - inputs)
            }
            input = UnsafePointer(room.start)
        }
        ck_blocks_quantise(pool.handle, input, Int64(rows), Int64(padded), &activations)
        return activations
    }
}
