// GPT-2 of which all weights learn.

final class GPT2WholeLearner: TextLearner {
    let gradients: FloatBuffer
    let fingerprint: String
    private let folder: GPT2Folder
    let weights: GPT2Weights
    private let linears: [WholeLinear]
    private let network: GPT2Network
    var values: FloatBuffer { weights.values }

    init(_ folder: GPT2Folder, pool: ComputePool) throws(CheckpointError) {
        let sizes = folder.sizes
        let weights = GPT2Weights(sizes)
        (self.folder, self.weights) = (folder, weights)
        gradients = FloatBuffer(count: weights.values.count)
        fingerprint = GPT2Decoder.fingerprint(sizes, try GPT2Embedding(GPT2Decoder.body(folder.tensors), sizes).tokens)
        func norm(_ name: String) -> WholeNorm {
            WholeNorm(weights.values, gain: weights.start("\(name).weight"), shift: weights.start("\(name).bias"), size: sizes.width)
        }
        let head = WholeLinear(
            weights.values, weights: weights.start("wte.weight"), bias: nil, inputs: sizes.width, outputs: sizes.vocabulary, isTurned: false
        )
        var linears = [head]
        var layers: [GPT2Network.Layer] = []
        for index in 0..<sizes.layers {
            var own: [LoRATarget: any TrainingLinear] = [:]
            for place in LoRALayout(sizes).places {
                let name = "h.\(index).\(place.target.rawValue)"
                let linear = WholeLinear(
                    weights.values, weights: weights.start("\(name).weight"), bias: weights.start("\(name).bias"), inputs: place.inputs,
                    outputs: place.outputs, isTurned: true)
                own[place.target] = linear
                linears.append(linear)
            }
            layers.append(.init(attentionNorm: norm("h.\(index).ln_1"), hiddenNorm: norm("h.\(index).ln_2"), linears: own))
        }
        self.linears = linears
        network = GPT2Network(
            sizes, layers, HeadLoss(norm("ln_f"), width: sizes.width, vocabulary: sizes.vocabulary, head), gradients: gradients,
            lowest: -1, pool: pool)
        try weights.read(GPT2Decoder.body(folder.tensors))
    }

    /// They begin as the base's, whatever the seed.
    func begin(seed: UInt64) { refresh() }

    func refresh() { for linear in linears { linear.refresh() } }

    func pass(_ rows: TrainingRows, share: Float?) -> Double {
        network.pass(rows, share: share) { states in
            eachEmbedding(rows) { row, index, token, place in
                states[row + index] = values.start[token + index] + values.start[place + index]
            }
        } embedBack: { statesBack in
            eachEmbedding(rows) { row, index, token, place in
                gradients.start[token + index] += statesBack[row + index]
                gradients.start[place + index] += statesBack[row + index]
            }
        }
    }

    /// Each number of the states with where those of its token and of its place are.
    private func eachEmbedding(_ rows: TrainingRows, _ body: (_ row: Int, _ index: Int, _ token: Int, _ place: Int) -> Void) {
        let (width, tokens, places) = (folder.sizes.width, weights.start("wte.weight"), weights.start("wpe.weight"))
        for row in 0..<rows.count {
            let (token, place) = (tokens + Int(rows.tokens[row]) * width, places + rows.places[row] * width)
            for index in 0..<width { body(row * width, index, token, place) }
        }
    }

    func write(_ values: FloatBuffer, to path: String) throws {
        try weights.write(values, base: folder.files, end: folder.replies.end, to: path)
    }
}
