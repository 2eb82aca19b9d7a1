// One of the LLaMA family with an adapter, as learning sees it. The weights are its own and not a decoder's: queries, keys and values
// lie apart, as adapters stand beside each.
import CKernels

final class LlamaLearner: AdapterLearner {
    struct Layer {
        let attentionNorm: RMSNorm
        /// Qwen3: a norm on every query and every key.
        let queryNorm: RMSNorm?
        let keyNorm: RMSNorm?
        let hiddenNorm: RMSNorm
        /// How many positions a query sees; 0: all.
        let window: Int
    }

    let sizes: LlamaConfiguration
    let parameters: LoRAParameters
    let gradients: FloatBuffer
    let pool: ComputePool
    let layers: [Layer]
    let linears: [[LoRATarget: AdaptedLinear]]
    let fingerprint: String
    /// [vocabulary][width]
    let embedding: TensorView
    private let head: HeadLoss

    init(
        _ tensors: TensorSource, _ sizes: LlamaConfiguration, _ settings: LoRASettings, pool: ComputePool
    ) throws(CheckpointError) {
        (self.sizes, self.pool) = (sizes, pool)
        let parameters = LoRAParameters(settings, LoRALayout(sizes))
        self.parameters = parameters
        gradients = FloatBuffer(count: parameters.values.count)
        let body = tensors.scoped("model")
        embedding = try body.view("embed_tokens.weight", [sizes.vocabulary, sizes.width])
        fingerprint = LlamaDecoder.fingerprint(sizes, embedding)
        var layers: [Layer] = []
        var linears: [[LoRATarget: AdaptedLinear]] = []
        for index in 0..<sizes.layers {
            let layer = body.scoped("layers.\(index)")
            func norm(_ name: String, _ size: Int) throws(CheckpointError) -> RMSNorm {
                try RMSNorm(layer, name, size: size, epsilon: sizes.epsilon)
            }
            layers.append(
                Layer(
                    attentionNorm: try norm("input_layernorm", sizes.width),
                    queryNorm: sizes.queryNorm ? try norm("self_attn.q_norm", sizes.headSize) : nil,
                    keyNorm: sizes.queryNorm ? try norm("self_attn.k_norm", sizes.headSize) : nil,
                    hiddenNorm: try norm("post_attention_layernorm", sizes.width), window: sizes.windows[index]))
            var own: [LoRATarget: AdaptedLinear] = [:]
            for place in parameters.layout.places {
                let frozen = try FrozenLinear(layer, place, isTurned: false, hasBias: sizes.hasBias(place.target))
                own[place.target] = AdaptedLinear(frozen, parameters, layer: index, place.target)
            }
            linears.append(own)
        }
        (self.layers, self.linears) = (layers, linears)
        let tied = sizes.tiedHead || !tensors.contains("lm_head.weight")
        let weights = tied ? embedding : try tensors.view("lm_head.weight", [sizes.vocabulary, sizes.width])
        head = HeadLoss(
            try RMSNorm(body, "norm", size: sizes.width, epsilon: sizes.epsilon), width: sizes.width, vocabulary: sizes.vocabulary,
            AdaptedLinear(FrozenLinear(weights, inputs: sizes.width, outputs: sizes.vocabulary, isTurned: false)))
    }

    func pass(_ rows: TrainingRows, share: Float?) -> Double {
        let room = linears.joined().reduce(TrainingScratch.Room()) { $0 + $1.value.room }
        let saved = LlamaActivations(rows, sizes, room)
        forward(rows, saved)
        let loss = head.loss(rows, states: saved.states[sizes.layers], share: share, stateBack: saved.stateBack, gradients: gradients, pool)
        if share != nil { back(rows, saved) }
        return loss
    }
}

extension LlamaConfiguration {
    /// Numbers of a row of queries, keys and values side by side.
    var wide: Int { (heads + 2 * keyHeads) * headSize }

    fileprivate func hasBias(_ target: LoRATarget) -> Bool {
        switch target {
        case .queries, .keys, .values: queryBias
        case .output: outputBias
        default: hiddenBias
        }
    }
}
