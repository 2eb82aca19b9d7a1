// GPT-2 with an adapter, as learning sees it.

final class GPT2Learner: AdapterLearner {
    let parameters: LoRAParameters
    let gradients: FloatBuffer
    let linears: [[LoRATarget: AdaptedLinear]]
    let fingerprint: String
    private let embedding: GPT2Embedding
    private let network: GPT2Network

    init(
        _ tensors: TensorSource, _ sizes: GPT2Configuration, _ settings: LoRASettings, pool: ComputePool
    ) throws(CheckpointError) {
        let parameters = LoRAParameters(settings, LoRALayout(sizes))
        self.parameters = parameters
        gradients = FloatBuffer(count: parameters.values.count)
        let body = GPT2Decoder.body(tensors)
        embedding = try GPT2Embedding(body, sizes)
        fingerprint = GPT2Decoder.fingerprint(sizes, embedding.tokens)
        var linears: [[LoRATarget: AdaptedLinear]] = []
        var layers: [GPT2Network.Layer] = []
        for index in 0..<sizes.layers {
            let layer = body.scoped("h.\(index)")
            var own: [LoRATarget: AdaptedLinear] = [:]
            for place in parameters.layout.places {
                let frozen = try FrozenLinear(layer, place, isTurned: true, hasBias: true)
                own[place.target] = AdaptedLinear(frozen, parameters, layer: index, place.target)
            }
            linears.append(own)
            layers.append(
                .init(
                    attentionNorm: try LayerNorm(layer, "ln_1", size: sizes.width),
                    hiddenNorm: try LayerNorm(layer, "ln_2", size: sizes.width), linears: own))
        }
        self.linears = linears
        let head = FrozenLinear(embedding.tokens, inputs: sizes.width, outputs: sizes.vocabulary, isTurned: false)
        network = GPT2Network(
            sizes, layers,
            HeadLoss(
                try LayerNorm(body, "ln_f", size: sizes.width), width: sizes.width, vocabulary: sizes.vocabulary, AdaptedLinear(head)),
            gradients: gradients, lowest: parameters.slots.first?.layer ?? 0, pool: pool)
    }

    func pass(_ rows: TrainingRows, share: Float?) -> Double {
        network.pass(rows, share: share) { embedding.read(rows, into: $0) }
    }
}

/// What each token is, and where it stands.
struct GPT2Embedding: Sendable {
    /// [vocabulary][width]
    let tokens: TensorView
    /// [context][width]
    let places: TensorView
    private let width: Int

    init(_ body: TensorSource, _ sizes: GPT2Configuration) throws(CheckpointError) {
        width = sizes.width
        tokens = try body.view("wte.weight", [sizes.vocabulary, sizes.width])
        places = try body.view("wpe.weight", [sizes.context, sizes.width])
    }

    /// The states [rows][width] before the first layer.
    func read(_ rows: TrainingRows, into states: UnsafeMutablePointer<Float>) {
        let place = FloatBuffer(count: width)
        for row in 0..<rows.count {
            let state = states + row * width
            tokens.read(row: Int(rows.tokens[row]), into: state)
            places.read(row: rows.places[row], into: place.start)
            for index in 0..<width { state[index] += place.start[index] }
        }
    }
}
