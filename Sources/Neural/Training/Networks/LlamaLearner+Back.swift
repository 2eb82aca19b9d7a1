// The way back: the gradient of the states goes from the last layer to the first; adapters take theirs on the way. It ends at the
// lowest adapter: nothing below it learns. Positions are turned back by the same angles, as a rotation's transpose is its inverse.
import CKernels

extension LlamaLearner {
    func back(_ rows: TrainingRows, _ saved: LlamaActivations) {
        for index in stride(from: sizes.layers - 1, through: lowestLayer, by: -1) {
            feedForwardBack(layer: index, rows.count, saved)
            attentionBack(layer: index, rows, saved, isLast: index == lowestLayer)
        }
    }

    private func feedForwardBack(layer index: Int, _ count: Int, _ saved: LlamaActivations) {
        let (norm, middle, hidden) = (layers[index].hiddenNorm, saved.middle[index].start, sizes.hidden)
        let (gateUp, gateUpBack) = (saved.gateUp[index].start, saved.gateUpBack.start)
        ck_silu_gate(pool.handle, gateUp, Int64(count), Int64(hidden), saved.active.start)
        back(.down, index, saved.active.start, saved.stateBack.start, count, into: saved.activeBack.start, saved)
        ck_silu_gate_back(pool.handle, gateUp, saved.activeBack.start, Int64(count), Int64(hidden), gateUpBack)
        norm.apply(middle, rows: count, into: saved.normed.start, pool: pool)
        let normedBack = saved.normedBack.start
        back(.gate, index, saved.normed.start, gateUpBack, count, stride: 2 * hidden, into: normedBack, saved)
        back(.up, index, saved.normed.start, gateUpBack + hidden, count, stride: 2 * hidden, into: normedBack, isAdded: true, saved)
        norm.back(middle, normedBack, rows: count, into: saved.stateBack.start, gradients: gradients, pool)
    }

    private func attentionBack(layer index: Int, _ rows: TrainingRows, _ saved: LlamaActivations, isLast: Bool) {
        let (layer, state, count) = (layers[index], saved.states[index].start, rows.count)
        back(.output, index, saved.attended[index].start, saved.stateBack.start, count, into: saved.attendedBack.start, saved)
        attention(layer: index, rows, saved) { ck_train_attention_back(pool.handle, &$0) }
        turn(saved.wideBack.start, count, saved, sines: saved.sinesBack)
        normBack(layer: index, count, saved)
        layer.attentionNorm.apply(state, rows: count, into: saved.normed.start, pool: pool)
        for (target, column) in sizes.wideColumns {
            back(
                target, index, saved.normed.start, saved.wideBack.start + column, count, stride: sizes.wide,
                into: isLast ? nil : saved.normedBack.start, isAdded: column > 0, saved)
        }
        if !isLast {
            layer.attentionNorm.back(state, saved.normedBack.start, rows: count, into: saved.stateBack.start, gradients: gradients, pool)
        }
    }

    /// Through the norms of queries and keys, where there are any.
    private func normBack(layer index: Int, _ count: Int, _ saved: LlamaActivations) {
        guard let queryNorm = layers[index].queryNorm, let keyNorm = layers[index].keyNorm else { return }
        let (back, plainBack) = (saved.wideBack.start, saved.plainBack.start)
        plainBack.update(repeating: 0, count: count * sizes.wide)
        for head in 0..<(sizes.heads + sizes.keyHeads) {
            let column = head * sizes.headSize
            (head < sizes.heads ? queryNorm : keyNorm).back(
                saved.plain[index].start + column, back + column, rows: count, stride: sizes.wide, into: plainBack + column, pool)
        }
        let turned = (sizes.heads + sizes.keyHeads) * sizes.headSize
        for row in 0..<count { (back + row * sizes.wide).update(from: plainBack + row * sizes.wide, count: turned) }
    }

    private func back(
        _ target: LoRATarget, _ layer: Int, _ input: UnsafePointer<Float>, _ resultBack: UnsafePointer<Float>, _ rows: Int,
        stride: Int? = nil, into inputBack: UnsafeMutablePointer<Float>?, isAdded: Bool = false, _ saved: LlamaActivations
    ) {
        linears[layer][target]?.back(
            input, resultBack, rows: rows, stride: stride, into: inputBack, isAdded: isAdded, gradients: gradients, scale: 1, saved.scratch,
            pool)
    }
}
