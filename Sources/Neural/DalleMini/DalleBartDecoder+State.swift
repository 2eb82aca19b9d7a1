// What one request's decoding remembers: caches, scratch, and which prompt each row listens to. Rows 0 ..< pictures follow
// the empty prompt, the next `pictures` rows the real one; both rows of a picture are fed the same tokens.

extension DalleBartDecoder {
    final class State {
        struct Caches {
            /// One sequence a row, growing with every step.
            let own: AttentionCache
            /// One sequence a prompt, filled at the start.
            let text: AttentionCache
        }

        let rows: Int
        let x: FloatBuffer
        let workspace: LayerWorkspace
        let caches: [Caches]
        let ownSequences: [Int]
        let textSequences: [Int]
        let textLengths: [Int32]
        /// [rows][codes], after each step.
        let logits: FloatBuffer

        /// `encoded` holds the states of both prompts, as `DalleBartEncoder.encode` returns them, `lengths` tokens each.
        init(decoder: DalleBartDecoder, pictures: Int, encoded: FloatBuffer, lengths: [Int], pool: ComputePool) {
            rows = lengths.count * pictures
            let width = decoder.width
            x = FloatBuffer(count: rows * width)
            workspace = LayerWorkspace(rows: rows, width: width, hidden: decoder.hidden)
            logits = FloatBuffer(count: rows * decoder.codes)
            ownSequences = Array(0..<rows)
            textSequences = ownSequences.map { $0 / pictures }
            textLengths = textSequences.map { Int32(lengths[$0]) }
            let rows = rows
            let tokens = lengths.reduce(0, +)
            let scratch = ActivationScratch(count: tokens * BlockMatrix.wholeBlocks(width))
            let keysValues = FloatBuffer(count: tokens * 2 * width)
            caches = decoder.layers.map { layer in
                let text = AttentionCache(sequences: lengths.count, length: lengths.max() ?? 0, heads: decoder.heads, width: width)
                layer.crossAttention.keysValues.multiply(
                    encoded.start, rows: tokens, into: keysValues.start, scratch: scratch, pool: pool)
                var row = keysValues.start
                for (sequence, length) in lengths.enumerated() {
                    for position in 0..<length {
                        text.append(row, row + width, sequence: sequence, position: position)
                        row += 2 * width
                    }
                }
                return Caches(
                    own: AttentionCache(sequences: rows, length: decoder.length, heads: decoder.heads, width: width), text: text)
            }
        }
    }
}
