// A linear layer as a language model uses it: whatever format its weights have, and several layers that read the same input
// in one. Knows which kernel fits which format.

struct WeightMatrix: Sendable {
    private enum Part: Sendable {
        case numbers(PackedMatrix)
        case blocks(BlockMatrix)

        var outputs: Int {
            switch self {
            case .numbers(let matrix): matrix.outputs
            case .blocks(let matrix): matrix.outputs
            }
        }
    }

    let outputs: Int
    let inputs: Int
    private let parts: [Part]
    /// [outputs]
    private let bias: FloatBuffer?

    /// Stacks matrices [outputs of each][inputs]; those of one format become one product.
    /// - Parameters:
    ///   - biases: one for each matrix, or none.
    ///   - precision: what becomes of floats.
    init(stacking views: [TensorView], inputs: Int, biases: [FloatBuffer] = [], precision: WeightPrecision = .stored) {
        self.inputs = inputs
        outputs = views.reduce(0) { $0 + $1.count / inputs }
        var parts: [Part] = []
        var rest = views[...]
        while let first = rest.first {
            let alike = rest.prefix { $0.kind == first.kind }
            let part: Part =
                switch (first.kind.size, precision) {
                case (nil, _): .blocks(BlockMatrix(stacking: Array(alike), inputs: inputs))
                case (_, .eightBits): .blocks(BlockMatrix(rounding: Array(alike), inputs: inputs))
                case (_, .stored): .numbers(PackedMatrix(stacking: Array(alike), inputs: inputs))
                }
            parts.append(part)
            rest = rest.dropFirst(alike.count)
        }
        self.parts = parts
        guard !biases.isEmpty else {
            bias = nil
            return
        }
        let all = FloatBuffer(count: outputs)
        var next = all.start
        for part in biases {
            next.update(from: part.start, count: part.count)
            next += part.count
        }
        bias = all
    }

    /// result [rows][outputs] = input [rows][inputs] * self^T (+ bias) (+ residual, which may be result).
    func multiply(
        _ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>,
        residual: UnsafePointer<Float>? = nil, scratch: ActivationScratch, pool: ComputePool
    ) {
        var first = 0
        lazy var activations = scratch.quantise(input, rows: rows, inputs: inputs, pool: pool)
        for part in parts {
            let bias = bias.map { UnsafePointer($0.start + first) }
            switch part {
            case .numbers(let matrix):
                matrix.multiply(
                    input, rows: rows, into: result + first, stride: outputs, bias: bias, residual: residual.map { $0 + first }, pool: pool)
            case .blocks(let matrix):
                matrix.multiply(
                    activations, rows: rows, into: result + first, stride: outputs, bias: bias, residual: residual.map { $0 + first },
                    pool: pool)
            }
            first += part.outputs
        }
    }
}

extension TensorSource {
    /// Several linear layers `<name>.weight` (and `<name>.bias`) that read the same input, as one.
    func weights(_ names: [(name: String, outputs: Int)], inputs: Int, bias: Bool = false) throws(CheckpointError) -> WeightMatrix {
        var views: [TensorView] = []
        var biases: [FloatBuffer] = []
        for (name, outputs) in names {
            views.append(try view("\(name).weight", [outputs, inputs]))
            if bias { biases.append(try floats("\(name).bias", [outputs])) }
        }
        return WeightMatrix(stacking: views, inputs: inputs, biases: biases, precision: precision)
    }
}
