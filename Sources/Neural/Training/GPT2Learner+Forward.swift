// The way there: as the decoder computes, but over whole texts, and keeping what the way back needs.
import CKernels
import Foundation

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
        decoder.layers[layer].linear(target).apply(input, rows: rows, into: result, residual: residual, pool: pool)
        adapters[layer][target]?.add(input, rows: rows, to: result, saved.adapter, pool)
    }

    func attention(layer: Int, _ rows: TrainingRows, _ saved: GPT2Activations, _ body: (inout ck_train_attention) -> Void) {
        rows.starts.withUnsafeBufferPointer { starts in
            var attention = ck_train_attention(
                wide: saved.wide[layer].start, starts: starts.baseAddress, texts: Int64(rows.starts.count - 1), heads: Int64(sizes.heads),
                size: Int64(sizes.headSize), scratch: saved.attention.start, result: saved.attended[layer].start,
                result_back: saved.normedBack.start, wide_back: saved.wideBack.start)
            body(&attention)
        }
    }

    /// Rows of the head at a time: the vocabulary is large.
    private static let headRows = 64

    /// The loss of all rows that count; with `share`, leaves the gradient of the last states in `stateBack`.
    func headLoss(_ rows: TrainingRows, _ saved: GPT2Activations, share: Float?) -> Double {
        let (width, vocabulary) = (sizes.width, sizes.vocabulary)
        let most = min(Self.headRows, rows.targets.count)
        let logits = FloatBuffer(count: most * vocabulary)
        let (states, normed, back) = (FloatBuffer(count: most * width), FloatBuffer(count: most * width), FloatBuffer(count: most * width))
        let scratch = ActivationScratch(count: most * width)
        saved.stateBack.start.update(repeating: 0, count: rows.count * width)
        var loss = 0.0
        for first in stride(from: 0, to: rows.targets.count, by: most) {
            let targets = rows.targets[first..<min(first + most, rows.targets.count)]
            for (index, target) in targets.enumerated() {
                (states.start + index * width).update(from: saved.states[sizes.layers].start + target.row * width, count: width)
            }
            decoder.norm.apply(states.start, rows: targets.count, into: normed.start, pool: pool)
            decoder.head.multiply(normed.start, rows: targets.count, into: logits.start, scratch: scratch, pool: pool)
            ck_softmax_rows(pool.handle, logits.start, Int64(targets.count), Int64(vocabulary))
            for (index, target) in targets.enumerated() {
                loss -= Foundation.log(max(Double(logits.start[index * vocabulary + Int(target.token)]), 1e-37))
            }
            guard let share else { continue }
            for (index, target) in targets.enumerated() { logits.start[index * vocabulary + Int(target.token)] -= 1 }
            headBack.multiply(logits.start, rows: targets.count, into: normed.start, scale: share, pool: pool)
            back.start.update(repeating: 0, count: targets.count * width)
            ck_layer_norm_back(
                pool.handle, states.start, decoder.norm.gain.start, normed.start, Int64(targets.count), Int64(width), back.start)
            for (index, target) in targets.enumerated() {
                (saved.stateBack.start + target.row * width).update(from: back.start + index * width, count: width)
            }
        }
        return loss
    }
}
