// The end of a decoder as learning sees it: a last norm, the head, and the loss of the tokens that count, with its way back to the
// states.
import CKernels
import Foundation

/// A norm of rows with its way back; its own numbers do not learn.
protocol TrainingNorm: Sendable {
    /// result [rows][size] = norm(input)
    func forward(_ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, _ pool: ComputePool)
    /// inputBack [rows][size] += the gradient of the input.
    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, into inputBack: UnsafeMutablePointer<Float>,
        _ pool: ComputePool)
}

extension LayerNorm: TrainingNorm {
    func forward(_ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, _ pool: ComputePool) {
        apply(input, rows: rows, into: result, pool: pool)
    }

    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, into inputBack: UnsafeMutablePointer<Float>,
        _ pool: ComputePool
    ) {
        ck_layer_norm_back(pool.handle, input, gain.start, resultBack, Int64(rows), Int64(gain.count), inputBack)
    }
}

extension RMSNorm: TrainingNorm {
    func forward(_ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, _ pool: ComputePool) {
        apply(input, rows: rows, into: result, pool: pool)
    }

    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, into inputBack: UnsafeMutablePointer<Float>,
        _ pool: ComputePool
    ) {
        back(input, resultBack, rows: rows, stride: gain.count, into: inputBack, pool)
    }

    /// - Parameter stride: numbers from a row of all three to the next.
    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, stride: Int,
        into inputBack: UnsafeMutablePointer<Float>, _ pool: ComputePool
    ) {
        var norm = ck_rms_norm_back_rows(
            x: input, dy: resultBack, dx: inputBack, stride: Int64(stride), rows: Int64(rows), n: Int64(gain.count), gain: gain.start,
            epsilon: epsilon)
        ck_rms_norm_back(pool.handle, &norm)
    }
}

struct HeadLoss: Sendable {
    let norm: any TrainingNorm
    /// [vocabulary][width]
    let head: WeightMatrix
    /// [width][vocabulary]: the head, on the way back.
    let back: PackedMatrix

    /// Rows at a time: the vocabulary is large.
    private static let most = 64

    /// - Parameter weights: the head's, [vocabulary][width].
    init(_ norm: any TrainingNorm, _ head: WeightMatrix, _ weights: TensorView) {
        (self.norm, self.head) = (norm, head)
        back = PackedMatrix(outputs: weights.rowCount, inputs: weights.count / weights.rowCount)
        withExtendedLifetime(weights.floats()) { back.fill(columns: $0.start) }
    }

    /// The sum of the losses of all rows that count.
    /// - Parameters:
    ///   - states: [rows][width], after the last layer.
    ///   - share: what each token's gradient counts; with it, the gradient of the states is left in `stateBack` [rows][width].
    func loss(_ rows: TrainingRows, states all: FloatBuffer, share: Float?, stateBack: FloatBuffer, _ pool: ComputePool) -> Double {
        let (width, vocabulary) = (head.inputs, head.outputs)
        let most = min(Self.most, rows.targets.count)
        let logits = FloatBuffer(count: most * vocabulary)
        let (states, normed, gradient) = (
            FloatBuffer(count: most * width), FloatBuffer(count: most * width), FloatBuffer(count: most * width)
        )
        let scratch = ActivationScratch(count: most * width)
        stateBack.start.update(repeating: 0, count: rows.count * width)
        var loss = 0.0
        for first in stride(from: 0, to: rows.targets.count, by: most) {
            let targets = rows.targets[first..<min(first + most, rows.targets.count)]
            for (index, target) in targets.enumerated() {
                (states.start + index * width).update(from: all.start + target.row * width, count: width)
            }
            norm.forward(states.start, rows: targets.count, into: normed.start, pool)
            head.multiply(normed.start, rows: targets.count, into: logits.start, scratch: scratch, pool: pool)
            ck_softmax_rows(pool.handle, logits.start, Int64(targets.count), Int64(vocabulary))
            for (index, target) in targets.enumerated() {
                loss -= Foundation.log(max(Double(logits.start[index * vocabulary + Int(target.token)]), 1e-37))
            }
            guard let share else { continue }
            for (index, target) in targets.enumerated() { logits.start[index * vocabulary + Int(target.token)] -= 1 }
            back.multiply(logits.start, rows: targets.count, into: normed.start, scale: share, pool: pool)
            gradient.start.update(repeating: 0, count: targets.count * width)
            norm.back(states.start, normed.start, rows: targets.count, into: gradient.start, pool)
            for (index, target) in targets.enumerated() {
                (stateBack.start + target.row * width).update(from: gradient.start + index * width, count: width)
            }
        }
        return loss
    }
}
