// GPT-2 with an adapter, as learning sees it: the loss of some texts, and its gradient by the adapter's numbers. Weights of the base
// stay as they are. Sums are made in one order whatever the number of threads, so the same texts give the same bits.
import CKernels
import Foundation

/// Used by one caller at a time.
final class GPT2Learner {
    let sizes: GPT2Configuration
    let decoder: GPT2Decoder
    let parameters: LoRAParameters
    /// In the layout of the parameters; added to until ``forgetGradients()``.
    let gradients: FloatBuffer
    let pool: ComputePool
    let frozen: [[LoRATarget: FrozenLinear]]
    /// Of each layer.
    let adapters: [[LoRATarget: LoRAProducts]]
    /// [width][vocabulary]: the head, on the way back.
    let headBack: PackedMatrix

    init(_ decoder: GPT2Decoder, _ tensors: TensorSource, _ settings: LoRASettings, pool: ComputePool) throws(CheckpointError) {
        (self.decoder, self.pool, sizes) = (decoder, pool, decoder.sizes)
        let parameters = LoRAParameters(settings, decoder.sizes)
        self.parameters = parameters
        gradients = FloatBuffer(count: parameters.values.count)
        let body = GPT2Decoder.body(tensors)
        var frozen: [[LoRATarget: FrozenLinear]] = []
        for (index, layer) in decoder.layers.enumerated() {
            var linears: [LoRATarget: FrozenLinear] = [:]
            for target in LoRATarget.allCases {
                linears[target] = try FrozenLinear(body.scoped("h.\(index)"), target, layer.linear(target))
            }
            frozen.append(linears)
        }
        self.frozen = frozen
        adapters = (0..<decoder.sizes.layers).map { layer in
            var products: [LoRATarget: LoRAProducts] = [:]
            for slot in parameters.slots where slot.layer == layer { products[slot.target] = LoRAProducts(parameters, slot) }
            return products
        }
        headBack = PackedMatrix(outputs: decoder.sizes.width, inputs: decoder.sizes.vocabulary)
        let embedding = decoder.tokenEmbedding.floats()
        withExtendedLifetime(embedding) { headBack.fill(columns: $0.start) }
    }

    /// After the parameters changed.
    func refresh() {
        for layer in adapters { for products in layer.values { products.refresh(parameters) } }
    }

    func forgetGradients() { gradients.start.update(repeating: 0, count: gradients.count) }

    /// The sum of the losses of all tokens that count: -ln of what was given to them.
    func loss(_ texts: [TrainingText]) -> Double {
        let rows = TrainingRows(texts)
        guard !rows.targets.isEmpty else { return 0 }
        let saved = GPT2Activations(rows: rows.count, texts: texts.count, sizes, rank: parameters.settings.rank)
        forward(rows, saved)
        return headLoss(rows, saved, share: nil)
    }

    /// The same, and adds its gradient.
    /// - Parameter share: what each token's gradient counts: 1 / tokens of the whole step.
    func learn(_ texts: [TrainingText], share: Float) -> Double {
        let rows = TrainingRows(texts)
        guard !rows.targets.isEmpty else { return 0 }
        let saved = GPT2Activations(rows: rows.count, texts: texts.count, sizes, rank: parameters.settings.rank)
        forward(rows, saved)
        let loss = headLoss(rows, saved, share: share)
        back(rows, saved)
        return loss
    }
}

extension GPT2Layer {
    func linear(_ target: LoRATarget) -> GPT2Linear {
        switch target {
        case .queriesKeysValues: queriesKeysValues
        case .attentionOutput: attentionOutput
        case .widen: widen
        case .narrow: narrow
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

    init(rows: Int, texts: Int, _ sizes: GPT2Configuration, rank: Int) {
        func every(_ count: Int, _ width: Int) -> [FloatBuffer] { (0..<count).map { _ in FloatBuffer(count: rows * width) } }
        states = every(sizes.layers + 1, sizes.width)
        wide = every(sizes.layers, 3 * sizes.width)
        attended = every(sizes.layers, sizes.width)
        middle = every(sizes.layers, sizes.width)
        hidden = every(sizes.layers, sizes.hidden)
        normed = FloatBuffer(count: rows * sizes.width)
        active = FloatBuffer(count: rows * sizes.hidden)
        attention = FloatBuffer(count: texts * sizes.heads * 2 * rows)
        adapter = LoRAScratch(rows: rows, rank: rank, widest: max(3 * sizes.width, sizes.hidden))
        stateBack = FloatBuffer(count: rows * sizes.width)
        normedBack = FloatBuffer(count: rows * sizes.width)
        wideBack = FloatBuffer(count: rows * 3 * sizes.width)
        hiddenBack = FloatBuffer(count: rows * sizes.hidden)
    }
}
