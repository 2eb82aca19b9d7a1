// AdamW (Loshchilov and Hutter, 2019) as PyTorch computes it, over one run of numbers, and the cut of gradients that are too long.
import Foundation

struct AdamW {
    var beta1 = 0.9
    var beta2 = 0.999
    var epsilon = 1e-8
    var weightDecay = 0.0
    /// Means of the gradients, and of their squares.
    let means: FloatBuffer
    let squares: FloatBuffer

    init(count: Int, weightDecay: Double = 0) {
        self.weightDecay = weightDecay
        means = FloatBuffer(count: count)
        squares = FloatBuffer(count: count)
    }

    /// - Parameter step: counted from 1.
    func apply(_ gradients: FloatBuffer, to values: FloatBuffer, rate: Double, step: Int) {
        let shrink = Float(1 - rate * weightDecay)
        let pace = Float(rate / (1 - pow(beta1, Double(step))))
        let root = Float((1 - pow(beta2, Double(step))).squareRoot())
        let (b1, b2, rest1, rest2, e) = (Float(beta1), Float(beta2), Float(1 - beta1), Float(1 - beta2), Float(epsilon))
        for index in 0..<values.count {
            let gradient = gradients.start[index]
            let mean = means.start[index] * b1 + gradient * rest1
            let square = squares.start[index] * b2 + gradient * gradient * rest2
            (means.start[index], squares.start[index]) = (mean, square)
            values.start[index] = values.start[index] * shrink - pace * mean / (square.squareRoot() / root + e)
        }
    }
}

enum GradientNorm {
    /// Scales the gradients so that their length is at most `limit`, as PyTorch's `clip_grad_norm_` does. Returns the length they had.
    @discardableResult
    static func clip(_ gradients: FloatBuffer, to limit: Double) -> Double {
        var sum = 0.0
        for index in 0..<gradients.count { sum += Double(gradients.start[index]) * Double(gradients.start[index]) }
        let length = sum.squareRoot()
        let factor = Float(limit / (length + 1e-6))
        if factor < 1 { for index in 0..<gradients.count { gradients.start[index] *= factor } }
        return length
    }
}
