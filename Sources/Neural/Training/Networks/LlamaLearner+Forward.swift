// The way there: as the decoder computes, but over whole texts, and keeping what the way back needs.
import CKernels

extension LlamaLearner {
    func forward(_ rows: TrainingRows, _ saved: LlamaActivations) {
        for row in 0..<rows.count {
            embedding.read(row: Int(rows.tokens[row]), into: saved.states[0].start + row * sizes.width)
        }
        for index in 0..<sizes.layers { forward(layer: index, rows, saved) }
    }

    private func forward(layer index: Int, _ rows: TrainingRows, _ saved: LlamaActivations) {
        let (layer, count) = (layers[index], rows.count)
        let (state, middle, wide) = (saved.states[index].start, saved.middle[index].start, saved.wide[index].start)
        layer.attentionNorm.apply(state, rows: count, into: saved.normed.start, pool: pool)
        for (target, column) in sizes.wideColumns {
            apply(target, index, saved.normed.start, count, into: wide + column, stride: sizes.wide, saved)
        }
        if let queryNorm = layer.queryNorm, let keyNorm = layer.keyNorm {
            saved.plain[index].start.update(from: wide, count: count * sizes.wide)
            for head in 0..<(sizes.heads + sizes.keyHeads) {
                let place = wide + head * sizes.headSize
                (head < sizes.heads ? queryNorm : keyNorm).apply(place, rows: count, stride: sizes.wide, into: place, pool: pool)
            }
        }
        turn(wide, count, saved, sines: saved.sines)
        attention(layer: index, rows, saved) { ck_train_attention_run(pool.handle, &$0) }
        apply(.output, index, saved.attended[index].start, count, into: middle, residual: state, saved)

        let gateUp = saved.gateUp[index].start
        layer.hiddenNorm.apply(middle, rows: count, into: saved.normed.start, pool: pool)
        apply(.gate, index, saved.normed.start, count, into: gateUp, stride: 2 * sizes.hidden, saved)
        apply(.up, index, saved.normed.start, count, into: gateUp + sizes.hidden, stride: 2 * sizes.hidden, saved)
        ck_silu_gate(pool.handle, gateUp, Int64(count), Int64(sizes.hidden), saved.active.start)
        apply(.down, index, saved.active.start, count, into: saved.states[index + 1].start, residual: middle, saved)
    }

    private func apply(
        _ target: LoRATarget, _ layer: Int, _ input: UnsafePointer<Float>, _ rows: Int, into result: UnsafeMutablePointer<Float>,
        stride: Int? = nil, residual: UnsafePointer<Float>? = nil, _ saved: LlamaActivations
    ) {
        linears[layer][target]?.apply(input, rows: rows, into: result, stride: stride, residual: residual, saved.scratch, pool)
    }

    /// Queries and keys of `wide` [rows][wide] by the rows' angles.
    func turn(_ wide: UnsafeMutablePointer<Float>, _ rows: Int, _ saved: LlamaActivations, sines: FloatBuffer) {
        ck_rotate(
            pool.handle, wide, Int64(sizes.wide), Int64(rows), Int64(sizes.heads + sizes.keyHeads), Int64(sizes.headSize),
            saved.cosines.start, sines.start)
    }

    func attention(layer: Int, _ rows: TrainingRows, _ saved: LlamaActivations, _ body: (inout ck_train_attention) -> Void) {
        rows.starts.withUnsafeBufferPointer { starts in
            var attention = ck_train_attention(
                wide: saved.wide[layer].start, starts: starts.baseAddress, texts: Int64(rows.starts.count - 1), heads: Int64(sizes.heads),
                kv_heads: Int64(sizes.keyHeads), size: Int64(sizes.headSize), window: Int64(layers[layer].window),
                scratch: saved.attention.start, result: saved.attended[layer].start, result_back: saved.attendedBack.start,
                wide_back: saved.wideBack.start)
            body(&attention)
        }
    }
}

extension LlamaConfiguration {
    /// Where queries, keys and values begin in a row of them.
    var wideColumns: [(target: LoRATarget, column: Int)] {
        [(.queries, 0), (.keys, heads * headSize), (.values, (heads + keyHeads) * headSize)]
    }
}
