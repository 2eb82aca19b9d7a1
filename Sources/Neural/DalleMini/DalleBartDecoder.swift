// Image tokens, one position a step: the decoder half of BART. Weights only; what a request remembers from step to step
// is in `DalleBartDecoder.State`.
import CKernels

struct DalleBartDecoder: Sendable {
    struct Layer: Sendable {
        let selfAttention: SelfAttention
        let crossAttention: CrossAttention
        let feedForward: GatedFeedForward
    }

    let width: Int
    let heads: Int
    let hidden: Int
    let length: Int
    /// Tokens that can be drawn: the codes of the VQGAN. Logits past them are not computed.
    let codes: Int
    /// [image vocabulary + 1][width]
    private let tokenEmbedding: FloatBuffer
    /// [length][width]
    private let positionEmbedding: FloatBuffer
    private let embeddingNorm: LayerNorm
    let layers: [Layer]
    private let finalNorm: LayerNorm
    /// [codes][width]
    private let head: WeightMatrix

    init(_ tensors: TensorSource, _ configuration: DalleMiniConfiguration) throws(CheckpointError) {
        width = configuration.width
        heads = configuration.decoderHeads
        hidden = configuration.decoderHidden
        length = configuration.imageLength
        codes = configuration.vqgan.codes
        tokenEmbedding = try tensors.floats("embed_tokens.weight", [configuration.imageVocabulary + 1, width])
        positionEmbedding = try tensors.floats("embed_positions.weight", [length, width])
        embeddingNorm = try LayerNorm(tensors, "layernorm_embedding", size: width)
        var layers: [Layer] = []
        for index in 0..<configuration.decoderLayers {
            let source = tensors.scoped("layers.\(index)")
            layers.append(
                Layer(
                    selfAttention: try SelfAttention(source, width: width, heads: heads),
                    crossAttention: try CrossAttention(source, width: width, heads: heads),
                    feedForward: try GatedFeedForward(source, width: width, hidden: hidden)))
        }
        self.layers = layers
        finalNorm = try LayerNorm(tensors, "final_ln", size: width)
        let all = try tensors.view("lm_head.weight", [configuration.imageVocabulary + 1, width])
        head = WeightMatrix(stacking: [all.prefix(rows: codes)], inputs: width, precision: tensors.precision)
    }

    /// One step for all rows of the state: `tokens` are those at `position` (one a row), the result is in `state.logits`,
    /// [rows][codes]. Positions must come in order from 0.
    func step(_ tokens: [Int32], position: Int, state: State, pool: ComputePool) {
        let rows = state.rows
        let x = state.x.start
        for (row, token) in tokens.enumerated() {
            ck_add(tokenEmbedding.start + Int(token) * width, positionEmbedding.start + position * width, Int64(width), x + row * width)
        }
        embeddingNorm.apply(x, rows: rows, into: x, pool: pool)
        for (layer, caches) in zip(layers, state.caches) {
            attendToSelf(layer.selfAttention, caches.own, position: position, state: state, pool: pool)
            attendToText(layer.crossAttention, caches.text, state: state, pool: pool)
            layer.feedForward.apply(x, rows: rows, workspace: state.workspace, pool: pool)
        }
        finalNorm.apply(x, rows: rows, into: state.workspace.normed.start, pool: pool)
        head.multiply(
            state.workspace.normed.start, rows: rows, into: state.logits.start, scratch: state.workspace.scratch, pool: pool)
    }

    private func attendToSelf(_ part: SelfAttention, _ cache: AttentionCache, position: Int, state: State, pool: ComputePool) {
        let (x, workspace, rows) = (state.x.start, state.workspace, state.rows)
        part.before.apply(x, rows: rows, into: workspace.normed.start, pool: pool)
        let wide = workspace.wide.start
        part.queriesKeysValues.multiply(workspace.normed.start, rows: rows, into: wide, scratch: workspace.scratch, pool: pool)
        for row in 0..<rows {
            let queries = wide + row * 3 * width
            cache.append(queries + width, queries + 2 * width, sequence: row, position: position)
        }
        cache.attend(
            wide, queryStride: 3 * width, sequenceOf: state.ownSequences,
            lengths: [Int32](repeating: Int32(position + 1), count: rows), into: workspace.attended.start, pool: pool)
        part.output.multiply(
            workspace.attended.start, rows: rows, into: workspace.normed.start, scratch: workspace.scratch, pool: pool)
        part.after.apply(workspace.normed.start, rows: rows, into: x, residual: x, pool: pool)
    }

    private func attendToText(_ part: CrossAttention, _ cache: AttentionCache, state: State, pool: ComputePool) {
        let (x, workspace, rows) = (state.x.start, state.workspace, state.rows)
        part.before.apply(x, rows: rows, into: workspace.normed.start, pool: pool)
        part.queries.multiply(workspace.normed.start, rows: rows, into: workspace.wide.start, scratch: workspace.scratch, pool: pool)
        cache.attend(
            workspace.wide.start, queryStride: width, sequenceOf: state.textSequences, lengths: state.textLengths,
            into: workspace.attended.start, pool: pool)
        part.output.multiply(
            workspace.attended.start, rows: rows, into: workspace.normed.start, scratch: workspace.scratch, pool: pool)
        part.after.apply(workspace.normed.start, rows: rows, into: x, residual: x, pool: pool)
    }
}
