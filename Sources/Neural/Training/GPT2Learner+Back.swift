// The way back: the gradient of the states goes from the last layer to the first; adapters take theirs on the way. It ends at the
// lowest adapter: nothing below it learns.
import CKernels

extension GPT2Learner {
    func back(_ rows: TrainingRows, _ saved: GPT2Activations) {
        for index in stride(from: sizes.layers - 1, through: lowestLayer, by: -1) {
            back(layer: index, rows, saved, isLast: index == lowestLayer)
        }
    }

    private func back(layer index: Int, _ rows: TrainingRows, _ saved: GPT2Activations, isLast: Bool) {
        let layer = decoder.layers[index]
        let count = rows.count
        let (state, middle) = (saved.states[index].start, saved.middle[index].start)

        ck_tanh_gelu(pool.handle, saved.hidden[index].start, Int64(count * sizes.hidden), saved.active.start)
        back(.narrow, index, saved.active.start, saved.stateBack.start, count, into: saved.hiddenBack.start, saved)
        ck_tanh_gelu_back(pool.handle, saved.hidden[index].start, Int64(count * sizes.hidden), saved.hiddenBack.start)
        layer.hiddenNorm.apply(middle, rows: count, into: saved.normed.start, pool: pool)
        back(.widen, index, saved.normed.start, saved.hiddenBack.start, count, into: saved.normedBack.start, saved)
        layer.hiddenNorm.back(middle, saved.normedBack.start, rows: count, into: saved.stateBack.start, pool)

        back(.attentionOutput, index, saved.attended[index].start, saved.stateBack.start, count, into: saved.normedBack.start, saved)
        attention(layer: index, rows, saved) { ck_train_attention_back(pool.handle, &$0) }
        layer.attentionNorm.apply(state, rows: count, into: saved.normed.start, pool: pool)
        let wanted = isLast ? nil : saved.normedBack.start
        back(.queriesKeysValues, index, saved.normed.start, saved.wideBack.start, count, into: wanted, saved)
        if isLast { return }
        layer.attentionNorm.back(state, saved.normedBack.start, rows: count, into: saved.stateBack.start, pool)
    }

    private func back(
        _ target: LoRATarget, _ layer: Int, _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, _ rows: Int,
        into inputBack: UnsafeMutablePointer<Float>?, _ saved: GPT2Activations
    ) {
        linears[layer][target]?.back(input, resultBack, rows: rows, into: inputBack, gradients: gradients, saved.adapter, pool)
    }
}
