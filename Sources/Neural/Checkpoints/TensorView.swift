// One tensor as it lies in a file, and how its numbers are written there.
import CKernels

/// The number formats that weights come in. All are read as float32.
enum NumberKind: String, Sendable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"

    var size: Int { self == .float32 ? 4 : 2 }

    var code: Int32 {
        switch self {
        case .float32: Int32(CK_F32)
        case .float16: Int32(CK_F16)
        case .bfloat16: Int32(CK_BF16)
        }
    }
}

/// `count` numbers inside a mapped file; the view keeps the file mapped.
struct TensorView: @unchecked Sendable {
    let file: MappedFile
    let bytes: UnsafeRawPointer
    let kind: NumberKind
    let shape: [Int]

    var count: Int { shape.reduce(1, *) }

    func floats() -> FloatBuffer {
        let buffer = FloatBuffer(count: count)
        ck_to_float(ck_best_level(), bytes, kind.code, Int64(count), buffer.start)
        return buffer
    }
}

/// Where a model finds its tensors: a file and a prefix for their names.
struct TensorSource: Sendable {
    let file: SafetensorsFile
    var prefix = ""

    func scoped(_ name: String) -> TensorSource { TensorSource(file: file, prefix: prefix + name + ".") }

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
