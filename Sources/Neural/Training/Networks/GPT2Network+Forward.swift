// The way there: as the decoder computes, but over whole texts, and keeping what the way back needs.
import CKernels

extension GPT2Network {
    func forward(_ rows: TrainingRows, _ saved: GPT2Activations) {
        for index in layers.indices { forward(layer: index, rows, saved) }
    }

    private func forward(layer index: Int, _ rows: TrainingRows, _ saved: GPT2Activations) {
        let layer = layers[index]
        let (state, middle) = (saved.states[index].start, saved.middle[index].start)
        layer.attentionNorm.forward(state, rows: rows.count, into: saved.normed.start, pool)
        apply(.queriesKeysValues, index, saved.normed.start, rows.count, into: saved.wide[index].start, saved)
        attention(layer: index, rows, saved) { ck_train_attention_run(pool.handle, &$0) }
        apply(.attentionOutput, index, saved.attended[index].start, rows.count, into: middle, residual: state, saved)
        layer.hiddenNorm.forward(middle, rows: rows.count, into: saved.normed.start, pool)
        apply(.widen, index, saved.normed.start, rows.count, into: saved.hidden[index].start, saved)
        ck_tanh_gelu(pool.handle, saved.hidden[index].start, Int64(rows.count * sizes.hidden), saved.active.start)
        apply(.narrow, index, saved.active.start, rows.count, into: saved.states[index + 1].start, residual: middle, saved)
    }

    private func apply(
        _ target: LoRATarget, _ layer: Int, _ input: UnsafePointer<Float>, _ rows: Int, into result: UnsafeMutablePointer<Float>,
        residual: UnsafePointer<Float>? = nil, _ saved: GPT2Activations
    ) {
        layers[layer].linears[target]?.apply(input, rows: rows, into: result, stride: nil, residual: residual, saved.scratch, pool)
    }

    func attention(layer: Int, _ rows: TrainingRows, _ saved: GPT2Activations, _ body: (inout ck_train_attention) -> Void) {
        rows.starts.withUnsafeBufferPointer { starts in
            var attention = ck_train_attention(
                wide: saved.wide[layer].start, starts: starts.baseAddress, texts: Int64(rows.starts.count - 1), heads: Int64(sizes.heads),
                kv_heads: Int64(sizes.heads), size: Int64(sizes.headSize), window: 0, scratch: saved.attention.start,
                result: saved.attended[layer].start, result_back: saved.normedBack.start, wide_back: saved.wideBack.start)
            body(&attention)
        }
    }
}
