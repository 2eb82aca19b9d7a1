// A linear layer whose own weights learn: y = x W + b, dx = dy W^T, dW += x^T dy, db += the sum of dy over the rows.
import CKernels

struct WholeLinear: TrainingLinear {
    private let values: FloatBuffer
    private let weights: Int
    private let bias: Int?
    private let inputs: Int
    private let outputs: Int
    /// Whether the weights lie as [inputs][outputs].
    private let isTurned: Bool
    /// Packed again after every step.
    private let forward: PackedMatrix
    private let backward: PackedMatrix

    /// - Parameters:
    ///   - weights: where they begin in `values`, and so their gradient in the gradients.
    ///   - bias: alike; nil: none.
    init(_ values: FloatBuffer, weights: Int, bias: Int?, inputs: Int, outputs: Int, isTurned: Bool) {
        (self.values, self.weights, self.bias) = (values, weights, bias)
        (self.inputs, self.outputs, self.isTurned) = (inputs, outputs, isTurned)
        forward = PackedMatrix(outputs: outputs, inputs: inputs)
        backward = PackedMatrix(outputs: inputs, inputs: outputs)
    }

    var room: TrainingScratch.Room {
        .init(turned: isTurned ? inputs : outputs, packed: isTurned ? outputs : inputs)
    }

    /// After the values changed.
    func refresh() {
        let numbers = values.start + weights
        if isTurned {
            forward.fill(columns: numbers)
            backward.fill(rows: numbers)
        } else {
            forward.fill(rows: numbers)
            backward.fill(columns: numbers)
        }
    }

    func apply(
        _ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, stride: Int?, residual: UnsafePointer<Float>?,
        _ scratch: TrainingScratch, _ pool: ComputePool
    ) {
        forward.multiply(
            input, rows: rows, into: result, stride: stride, bias: bias.map { UnsafePointer(values.start + $0) }, residual: residual,
            pool: pool)
    }

    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, stride: Int?,
        into inputBack: UnsafeMutablePointer<Float>?, isAdded: Bool, gradients: FloatBuffer, scale: Float, _ scratch: TrainingScratch,
        _ pool: ComputePool
    ) {
        if let inputBack {
            backward.multiply(
                resultBack, inputStride: stride, rows: rows, into: inputBack, residual: isAdded ? UnsafePointer(inputBack) : nil,
                scale: scale, pool: pool)
        }
        let (x, dy) = (TrainingScratch.Rows(input, width: inputs), TrainingScratch.Rows(resultBack, width: outputs, stride: stride))
        scratch.accumulate(
            isTurned ? x : dy, isTurned ? dy : x, rows: rows, scale: scale, into: gradients.start + weights, pool)
        guard let bias else { return }
        for row in 0..<rows {
            for output in 0..<outputs { gradients.start[bias + output] += scale * resultBack[row * dy.stride + output] }
        }
    }
}

/// A layer norm whose gain and shift learn.
struct WholeNorm: TrainingNorm {
    private let values: FloatBuffer
    private let gain: Int
    private let shift: Int
    private let size: Int

    /// - Parameters:
    ///   - gain: where it begins in `values`, and so its gradient in the gradients.
    ///   - shift: alike.
    init(_ values: FloatBuffer, gain: Int, shift: Int, size: Int) {
        (self.values, self.gain, self.shift, self.size) = (values, gain, shift, size)
    }

    func forward(_ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, _ pool: ComputePool) {
        var norm = ck_layer_norm_rows(
            x: input, gain: values.start + gain, shift: values.start + shift, residual: nil, y: result, rows: Int64(rows), n: Int64(size))
        ck_layer_norm(pool.handle, &norm)
    }

    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, into inputBack: UnsafeMutablePointer<Float>,
        gradients: FloatBuffer, _ pool: ComputePool
    ) {
        ck_layer_norm_back(pool.handle, input, values.start + gain, resultBack, Int64(rows), Int64(size), inputBack)
        ck_layer_norm_learn(input, resultBack, Int64(rows), Int64(size), gradients.start + gain, gradients.start + shift)
    }
}
