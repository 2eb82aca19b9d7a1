// The end of a decoder as learning sees it: a last norm, the head, and the loss of the tokens that count, with its way back to the
// states.
import CKernels
import Foundation

struct HeadLoss {
    let norm: any TrainingNorm
    let width: Int
    let vocabulary: Int
    /// From width to vocabulary.
    let head: any TrainingLinear

    /// Rows at a time: the vocabulary is large.
    private static let most = 64

    init(_ norm: any TrainingNorm, width: Int, vocabulary: Int, _ head: any TrainingLinear) {
        (self.norm, self.width, self.vocabulary, self.head) = (norm, width, vocabulary, head)
    }

    /// The sum of the losses of all rows that count.
    /// - Parameters:
    ///   - states: [rows][width], after the last layer.
    ///   - share: what each token's gradient counts; with it, the gradient of the states is left in `stateBack` [rows][width].
    func loss(
        _ rows: TrainingRows, states all: FloatBuffer, share: Float?, stateBack: FloatBuffer, gradients: FloatBuffer, _ pool: ComputePool
    ) -> Double {
        let most = min(Self.most, rows.targets.count)
        let logits = FloatBuffer(count: most * vocabulary)
        func one() -> FloatBuffer { FloatBuffer(count: most * width) }
        let (states, normed, normedBack, gradient) = (one(), one(), one(), one())
        let scratch = TrainingScratch(rows: most, head.room)
        stateBack.start.update(repeating: 0, count: rows.count * width)
        var loss = 0.0
        for first in stride(from: 0, to: rows.targets.count, by: most) {
            let targets = rows.targets[first..<min(first + most, rows.targets.count)]
            for (index, target) in targets.enumerated() {
                (states.start + index * width).update(from: all.start + target.row * width, count: width)
            }
            norm.forward(states.start, rows: targets.count, into: normed.start, pool)
            head.apply(normed.start, rows: targets.count, into: logits.start, stride: nil, residual: nil, scratch, pool)
            ck_softmax_rows(pool.handle, logits.start, Int64(targets.count), Int64(vocabulary))
            for (index, target) in targets.enumerated() {
                loss -= Foundation.log(max(Double(logits.start[index * vocabulary + Int(target.token)]), 1e-37))
            }
            guard let share else { continue }
            for (index, target) in targets.enumerated() { logits.start[index * vocabulary + Int(target.token)] -= 1 }
            head.back(
                normed.start, logits.start, rows: targets.count, stride: nil, into: normedBack.start, isAdded: false, gradients: gradients,
                scale: share, scratch, pool)
            gradient.start.update(repeating: 0, count: targets.count * width)
            norm.back(states.start, normedBack.start, rows: targets.count, into: gradient.start, gradients: gradients, pool)
            for (index, target) in targets.enumerated() {
                (stateBack.start + target.row * width).update(from: gradient.start + index * width, count: width)
            }
        }
        return loss
    }
}
