// The way there: as the decoder computes, but over whole texts, and keeping what the way back needs.
import CKernels

extension GPT2Learner {
    func forward(_ rows: TrainingRows, _ saved: GPT2Activations) {
        for row in 0..<rows.count {
            let state = saved.states[0].start + row * sizes.width
            let place = saved.normed.start
            decoder.tokenEmbedding.read(row: Int(rows.tokens[row]), into: state)
            decoder.positionEmbedding.read(row: rows.places[row], into: place)
            for index in 0..<sizes.width { state[index] += place[index] }
        }
        for index in 0..<sizes.layers { forward(layer: index, rows, saved) }
    }

    private func forward(layer index: Int, _ rows: TrainingRows, _ saved: GPT2Activations) {
        let layer = decoder.layers[index]
        let (state, middle) = (saved.states[index].start, saved.middle[index].start)
        layer.attentionNorm.apply(state, rows: rows.count, into: saved.normed.start, pool: pool)
        apply(.queriesKeysValues, index, saved.normed.start, rows.count, into: saved.wide[index].start, saved)
        attention(layer: index, rows, saved) { ck_train_attention_run(pool.handle, &$0) }
        apply(.attentionOutput, index, saved.attended[index].start, rows.count, into: middle, residual: state, saved)
        layer.hiddenNorm.apply(middle, rows: rows.count, into: saved.normed.start, pool: pool)
        apply(.widen, index, saved.normed.start, rows.count, into: saved.hidden[index].start, saved)
        ck_tanh_gelu(pool.handle, saved.hidden[index].start, Int64(rows.count * sizes.hidden), saved.active.start)
        apply(.narrow, index, saved.active.start, rows.count, into: saved.states[index + 1].start, residual: middle, saved)
    }

    private func apply(
        _ target: LoRATarget, _ layer: Int, _ input: UnsafePointer<Float>, _ rows: Int, into result: UnsafeMutablePointer<Float>,
        residual: UnsafePointer<Float>? = nil, _ saved: GPT2Activations
    ) {
        linears[layer][target]?.apply(input, rows: rows, into: result, residual: residual, saved.adapter, pool)
    }

    func attention(layer: Int, _ rows: TrainingRows, _ saved: GPT2Activations, _ body: (inout ck_train_attention) -> Void) {
        rows.starts.withUnsafeBufferPointer { starts in
            var attention = ck_train_attention(
                wide: saved.wide[layer].start, starts: starts.baseAddress, texts: Int64(rows.starts.count - 1), heads: Int64(sizes.heads),
                kv_heads: Int64(sizes.heads), size: Int64(sizes.headSize), window: 0, scratch: saved.attention.start,
                result: saved.attended[layer].start,
                result_back: saved.normedBack.start, wide_back: saved.wideBack.start)
            body(&attention)
        }
    }
}
