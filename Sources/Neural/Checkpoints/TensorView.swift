// One tensor as it lies in a file, and how its numbers are written there.
import CKernels

/// The number formats that weights come in. All are read as float32, or multiplied as they are.
enum NumberKind: String, Sendable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    // Whole numbers in blocks that share a scale, as GGUF files hold them.
    case q8_0 = "Q8_0"
    case q4_0 = "Q4_0"
    case q4_K = "Q4_K"
    case q5_K = "Q5_K"
    case q6_K = "Q6_K"

    /// Bytes of a number; nil where only whole blocks have a size.
    var size: Int? {
        switch self {
        case .float32: 4
        case .float16, .bfloat16: 2
        default: nil
        }
    }

    /// Numbers a block holds, and the bytes it takes.
    var block: (count: Int, bytes: Int) {
        switch self {
        case .float32: (1, 4)
        case .float16, .bfloat16: (1, 2)
        case .q8_0: (32, 34)
        case .q4_0: (32, 18)
        case .q4_K: (256, 144)
        case .q5_K: (256, 176)
        case .q6_K: (256, 210)
        }
    }

    /// The kernels' name for it.
    var code: Int32 {
        switch self {
        case .float32: Int32(CK_F32)
        case .float16: Int32(CK_F16)
        case .bfloat16: Int32(CK_BF16)
        case .q8_0: Int32(CK_Q8)
        case .q4_0: Int32(CK_Q4)
        case .q4_K: Int32(CK_Q4_MIN)
        case .q5_K: Int32(CK_Q5_MIN)
        case .q6_K: Int32(CK_Q6_HALVES)
        }
    }
}

/// `count` numbers inside a mapped file; the view keeps the file mapped.
struct TensorView: @unchecked Sendable {
    let file: MappedFile
    let bytes: UnsafeRawPointer
    let kind: NumberKind
    let shape: [Int]
    /// Rows that the file holds in another order: row r of this matrix is row `order[r]` of the file.
    var order: [Int32]?

    var count: Int { shape.reduce(1, *) }
    /// Numbers of one row of a matrix.
    var rowCount: Int { shape.last ?? 1 }

    /// Where a row's numbers are.
    func row(_ index: Int) -> UnsafeRawPointer {
        bytes + (order.map { Int($0[index]) } ?? index) * (rowCount / kind.block.count) * kind.block.bytes
    }

    /// Row `index` as floats.
    func read(row index: Int, into result: UnsafeMutablePointer<Float>) {
        if kind.size == nil {
            ck_block_to_float(kind.code, row(index), Int64(rowCount), result)
        } else {
            ck_to_float(ck_best_level(), row(index), kind.code, Int64(rowCount), result)
        }
    }

    /// Of the numbers of the first rows: tells one checkpoint from another.
    var fingerprint: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<min(64, shape[0]) {
            let bytes = UnsafeRawBufferPointer(start: row(index), count: rowCount / kind.block.count * kind.block.bytes)
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return String(hash, radix: 16)
    }

    func floats() -> FloatBuffer {
        let buffer = FloatBuffer(count: count)
        if kind.size != nil, order == nil {
            ck_to_float(ck_best_level(), bytes, kind.code, Int64(count), buffer.start)
            return buffer
        }
        for index in 0..<(rowCount > 0 ? count / rowCount : 0) { read(row: index, into: buffer.start + index * rowCount) }
        return buffer
    }
}

/// A file, or several, that tensors can be asked of by name.
protocol TensorFile: Sendable {
    /// What errors about the whole speak of.
    var path: String { get }
    func contains(_ name: String) -> Bool
    /// A tensor of exactly this shape.
    func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorView
}

/// Where a model finds its tensors: a file and a prefix for their names.
struct TensorSource: Sendable {
    let file: any TensorFile
    var prefix = ""
    /// Of what `weights` finds.
    var precision = WeightPrecision.stored

    func scoped(_ name: String) -> TensorSource { TensorSource(file: file, prefix: prefix + name + ".", precision: precision) }

    func contains(_ name: String) -> Bool { file.contains(prefix + name) }

    func view(_ name: String, _ shape: [Int]) throws(CheckpointError) -> TensorView {
        try file.tensor(prefix + name, shape: shape)
    }

    func floats(_ name: String, _ shape: [Int]) throws(CheckpointError) -> FloatBuffer {
        try view(name, shape).floats()
    }

    /// A linear layer's weights [outputs][inputs].
    func matrix(_ name: String, outputs: Int, inputs: Int) throws(CheckpointError) -> PackedMatrix {
        PackedMatrix(stacking: [try view("\(name).weight", [outputs, inputs])], inputs: inputs)
    }

    /// Several linear layers that read the same input, as one.
    func stacked(_ names: [String], outputs: Int, inputs: Int) throws(CheckpointError) -> PackedMatrix {
        var parts: [TensorView] = []
        for name in names { parts.append(try view("\(name).weight", [outputs, inputs])) }
        return PackedMatrix(stacking: parts, inputs: inputs)
    }
}

extension TensorView {
    /// The first rows of a matrix.
    func prefix(rows: Int) -> TensorView {
        TensorView(file: file, bytes: bytes, kind: kind, shape: [rows] + shape.dropFirst())
    }
}
