// GPT-2 with an adapter, as learning sees it.
import CKernels

final class GPT2Learner: AdapterLearner {
    let sizes: GPT2Configuration
    let decoder: GPT2Decoder
    let parameters: LoRAParameters
    let gradients: FloatBuffer
    let pool: ComputePool
    let linears: [[LoRATarget: AdaptedLinear]]
    private let head: HeadLoss

    var fingerprint: String { decoder.fingerprint }

    init(_ decoder: GPT2Decoder, _ tensors: TensorSource, _ settings: LoRASettings, pool: ComputePool) throws(CheckpointError) {
        (self.decoder, self.pool, sizes) = (decoder, pool, decoder.sizes)
        let parameters = LoRAParameters(settings, decoder.layout)
        self.parameters = parameters
        gradients = FloatBuffer(count: parameters.values.count)
        let body = GPT2Decoder.body(tensors)
        var linears: [[LoRATarget: AdaptedLinear]] = []
        for (index, layer) in decoder.layers.enumerated() {
            var own: [LoRATarget: AdaptedLinear] = [:]
            for place in parameters.layout.places {
                let frozen = try FrozenLinear(body.scoped("h.\(index)"), place.target, layer.linear(place.target))
                own[place.target] = AdaptedLinear(frozen, parameters, layer: index, place.target)
            }
            linears.append(own)
        }
        self.linears = linears
        head = HeadLoss(decoder.norm, decoder.head, decoder.tokenEmbedding)
    }

    func pass(_ rows: TrainingRows, share: Float?) -> Double {
        let saved = GPT2Activations(rows: rows.count, texts: rows.starts.count - 1, sizes, parameters)
        forward(rows, saved)
        let loss = head.loss(rows, states: saved.states[sizes.layers], share: share, stateBack: saved.stateBack, pool)
        if share != nil { back(rows, saved) }
        return loss
    }
}

extension GPT2Layer {
    fileprivate func linear(_ target: LoRATarget) -> GPT2Linear {
        switch target {
        case .attentionOutput: attentionOutput
        case .widen: widen
        case .narrow: narrow
        default: queriesKeysValues
        }
    }
}

/// What the way back needs of the way there, and room for both. Normalised states and GELUs are made again.
final class GPT2Activations {
    /// Of each layer [rows][width], and of the end.
    let states: [FloatBuffer]
    /// Of each layer [rows][3 * width].
    let wide: [FloatBuffer]
    /// Of each layer [rows][width].
    let attended: [FloatBuffer]
    /// Of each layer [rows][width]: between attention and feed-forward.
    let middle: [FloatBuffer]
    /// Of each layer [rows][hidden], before GELU.
    let hidden: [FloatBuffer]

    /// [rows][width]
    let normed: FloatBuffer
    /// [rows][hidden]
    let active: FloatBuffer
    let attention: FloatBuffer
    let adapter: LoRAScratch

    /// [rows][width]: the gradient of the states.
    let stateBack: FloatBuffer
    /// [rows][width]
    let normedBack: FloatBuffer
    /// [rows][3 * width]
    let wideBack: FloatBuffer
    /// [rows][hidden]
    let hiddenBack: FloatBuffer

    init(rows: Int, texts: Int, _ sizes: GPT2Configuration, _ parameters: LoRAParameters) {
        func every(_ count: Int, _ width: Int) -> [FloatBuffer] { (0..<count).map { _ in FloatBuffer(count: rows * width) } }
        states = every(sizes.layers + 1, sizes.width)
        wide = every(sizes.layers, 3 * sizes.width)
        attended = every(sizes.layers, sizes.width)
        middle = every(sizes.layers, sizes.width)
        hidden = every(sizes.layers, sizes.hidden)
        normed = FloatBuffer(count: rows * sizes.width)
        active = FloatBuffer(count: rows * sizes.hidden)
        attention = FloatBuffer(count: texts * sizes.heads * 2 * rows)
        adapter = LoRAScratch(rows: rows, parameters)
        stateBack = FloatBuffer(count: rows * sizes.width)
        normedBack = FloatBuffer(count: rows * sizes.width)
        wideBack = FloatBuffer(count: rows * 3 * sizes.width)
        hiddenBack = FloatBuffer(count: rows * sizes.hidden)
    }
}
