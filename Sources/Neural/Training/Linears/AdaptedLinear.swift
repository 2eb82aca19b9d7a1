// A frozen linear layer and the adapter beside it, forward and back: y = x W^T + bias + adapter, dx = dy W + adapter.
import CKernels

/// One layer's weights in both directions, in the numbers that the checkpoint has; products and sums are in float32. Only read.
struct FrozenLinear: Sendable {
    let inputs: Int
    let outputs: Int
    let forward: PackedMatrix
    /// [inputs][outputs]: the same weights, as the way back reads them.
    let back: PackedMatrix
    /// [outputs]
    let bias: FloatBuffer?

    /// - Parameters:
    ///   - weights: [outputs][inputs], or [inputs][outputs] where `isTurned`.
    init(_ weights: TensorView, inputs: Int, outputs: Int, isTurned: Bool, bias: FloatBuffer? = nil) {
        (self.inputs, self.outputs, self.bias) = (inputs, outputs, bias)
        forward =
            isTurned
            ? PackedMatrix(columns: weights, outputs: outputs, inputs: inputs) : PackedMatrix(stacking: [weights], inputs: inputs)
        back =
            isTurned
            ? PackedMatrix(stacking: [weights], inputs: outputs) : PackedMatrix(columns: weights, outputs: inputs, inputs: outputs)
    }

    /// Of a layer of a GPT-2 (`isTurned`) or a LLaMA.
    init(_ layer: TensorSource, _ place: LoRALayout.Place, isTurned: Bool, hasBias: Bool) throws(CheckpointError) {
        let (inputs, outputs, name) = (place.inputs, place.outputs, place.target.rawValue)
        self.init(
            try layer.view("\(name).weight", isTurned ? [inputs, outputs] : [outputs, inputs]), inputs: inputs, outputs: outputs,
            isTurned: isTurned, bias: hasBias ? try layer.floats("\(name).bias", [outputs]) : nil)
    }
}

struct AdaptedLinear: TrainingLinear {
    let frozen: FrozenLinear
    /// Nil where the adapter leaves this matrix out.
    let products: LoRAProducts?

    init(_ frozen: FrozenLinear, products: LoRAProducts? = nil) { (self.frozen, self.products) = (frozen, products) }

    init(_ frozen: FrozenLinear, _ parameters: LoRAParameters, layer: Int, _ target: LoRATarget) {
        self.init(
            frozen, products: parameters.slots.first { $0.layer == layer && $0.target == target }.map { LoRAProducts(parameters, $0) })
    }

    var room: TrainingScratch.Room { products?.room ?? .init() }

    func apply(
        _ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, stride: Int?, residual: UnsafePointer<Float>?,
        _ scratch: TrainingScratch, _ pool: ComputePool
    ) {
        frozen.forward.multiply(
            input, rows: rows, into: result, stride: stride, bias: frozen.bias.map { UnsafePointer($0.start) }, residual: residual,
            pool: pool)
        products?.add(input, rows: rows, to: result, stride: stride ?? frozen.outputs, scratch, pool)
    }

    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, stride: Int?,
        into inputBack: UnsafeMutablePointer<Float>?, isAdded: Bool, gradients: FloatBuffer, scale: Float, _ scratch: TrainingScratch,
        _ pool: ComputePool
    ) {
        if let inputBack {
            frozen.back.multiply(
                resultBack, inputStride: stride, rows: rows, into: inputBack, residual: isAdded ? UnsafePointer(inputBack) : nil,
                scale: scale, pool: pool)
        }
        precondition(products == nil || scale == 1, "an adapter's result is not scaled")
        products?.back(
            input, resultBack, rows: rows, stride: stride ?? frozen.outputs, into: inputBack, gradients: gradients, scratch, pool)
    }
}
