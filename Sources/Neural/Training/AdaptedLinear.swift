// A frozen linear layer and the adapter beside it, forward and back: y = x W^T + bias + adapter, dx = dy W + adapter.
import CKernels

/// One layer's weights in both directions. Only read.
struct FrozenLinear: Sendable {
    let inputs: Int
    let outputs: Int
    let forward: PackedMatrix
    /// [inputs][outputs]: the same weights, as the way back reads them.
    let back: PackedMatrix
    /// [outputs]
    let bias: FloatBuffer?

    /// Of a GPT-2, whose weights lie as [inputs][outputs].
    init(_ layer: TensorSource, _ target: LoRATarget, _ linear: GPT2Linear) throws(CheckpointError) {
        (inputs, outputs, forward, bias) = (linear.inputs, linear.outputs, linear.matrix, linear.bias)
        let weights = try layer.floats("\(target.rawValue).weight", [inputs, outputs])
        back = PackedMatrix(outputs: inputs, inputs: outputs)
        withExtendedLifetime(weights) { back.fill(rows: $0.start) }
    }

    /// Of a LLaMA, whose weights lie as [outputs][inputs].
    init(_ layer: TensorSource, _ place: LoRALayout.Place, hasBias: Bool) throws(CheckpointError) {
        (inputs, outputs) = (place.inputs, place.outputs)
        let view = try layer.view("\(place.target.rawValue).weight", [outputs, inputs])
        forward = PackedMatrix(stacking: [view], inputs: inputs)
        back = PackedMatrix(outputs: inputs, inputs: outputs)
        bias = hasBias ? try layer.floats("\(place.target.rawValue).bias", [outputs]) : nil
        let weights = view.floats()
        withExtendedLifetime(weights) { back.fill(columns: weights.start) }
    }
}

struct AdaptedLinear {
    let frozen: FrozenLinear
    /// Nil where the adapter leaves this matrix out.
    let products: LoRAProducts?

    init(_ frozen: FrozenLinear, _ parameters: LoRAParameters, layer: Int, _ target: LoRATarget) {
        self.frozen = frozen
        products = parameters.slots.first { $0.layer == layer && $0.target == target }.map { LoRAProducts(parameters, $0) }
    }

    /// result [rows][outputs] of input [rows][inputs].
    /// - Parameters:
    ///   - stride: numbers from a row of the result, and of the residual, to the next; nil: outputs.
    ///   - residual: is added.
    func apply(
        _ input: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>, stride: Int? = nil,
        residual: UnsafePointer<Float>? = nil, _ scratch: LoRAScratch, _ pool: ComputePool
    ) {
        frozen.forward.multiply(
            input, rows: rows, into: result, stride: stride, bias: frozen.bias.map { UnsafePointer($0.start) }, residual: residual,
            pool: pool)
        products?.add(input, rows: rows, to: result, stride: stride ?? frozen.outputs, scratch, pool)
    }

    /// The gradient of the input, and into `gradients` that of the adapter.
    /// - Parameters:
    ///   - stride: numbers from a row of the result's gradient to the next; nil: outputs.
    ///   - inputBack: nil where nobody asks for it.
    ///   - isAdded: whether to what stands there, as several layers read the same input.
    func back(
        _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, rows: Int, stride: Int? = nil,
        into inputBack: UnsafeMutablePointer<Float>?, isAdded: Bool = false, gradients: FloatBuffer, _ scratch: LoRAScratch,
        _ pool: ComputePool
    ) {
        if let inputBack {
            frozen.back.multiply(
                resultBack, inputStride: stride, rows: rows, into: inputBack, residual: isAdded ? UnsafePointer(inputBack) : nil, pool: pool
            )
        }
        products?.back(
            input, resultBack, rows: rows, stride: stride ?? frozen.outputs, into: inputBack, gradients: gradients, scratch, pool)
    }
}
