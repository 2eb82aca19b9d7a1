// The way back: the gradient of the states goes from the last layer to the lowest that learns; what learns takes its own on the way.
import CKernels

extension GPT2Network {
    func back(_ rows: TrainingRows, _ saved: GPT2Activations) {
        for index in layers.indices.reversed() where index >= lowest { back(layer: index, rows, saved) }
    }

    private func back(layer index: Int, _ rows: TrainingRows, _ saved: GPT2Activations) {
        let layer = layers[index]
        let count = rows.count
        let (state, middle) = (saved.states[index].start, saved.middle[index].start)

        ck_tanh_gelu(pool.handle, saved.hidden[index].start, Int64(count * sizes.hidden), saved.active.start)
        back(.narrow, index, saved.active.start, saved.stateBack.start, count, into: saved.hiddenBack.start, saved)
        ck_tanh_gelu_back(pool.handle, saved.hidden[index].start, Int64(count * sizes.hidden), saved.hiddenBack.start)
        layer.hiddenNorm.forward(middle, rows: count, into: saved.normed.start, pool)
        back(.widen, index, saved.normed.start, saved.hiddenBack.start, count, into: saved.normedBack.start, saved)
        layer.hiddenNorm.back(middle, saved.normedBack.start, rows: count, into: saved.stateBack.start, gradients: gradients, pool)

        back(.attentionOutput, index, saved.attended[index].start, saved.stateBack.start, count, into: saved.normedBack.start, saved)
        attention(layer: index, rows, saved) { ck_train_attention_back(pool.handle, &$0) }
        layer.attentionNorm.forward(state, rows: count, into: saved.normed.start, pool)
        // Below the lowest that learns nobody asks.
        let wanted = index == lowest ? nil : saved.normedBack.start
        back(.queriesKeysValues, index, saved.normed.start, saved.wideBack.start, count, into: wanted, saved)
        if index == lowest { return }
        layer.attentionNorm.back(state, saved.normedBack.start, rows: count, into: saved.stateBack.start, gradients: gradients, pool)
    }

    private func back(
        _ target: LoRATarget, _ layer: Int, _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, _ rows: Int,
        into inputBack: UnsafeMutablePointer<Float>?, _ saved: GPT2Activations
    ) {
        layers[layer].linears[target]?.back(
            input, resultBack, rows: rows, stride: nil, into: inputBack, isAdded: false, gradients: gradients, scale: 1, saved.scratch, pool
        )
    }
}
