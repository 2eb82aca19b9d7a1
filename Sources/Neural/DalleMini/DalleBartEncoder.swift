// Text tokens to states: the encoder half of BART. Runs once a request, over the prompt and the empty prompt together.
// Padding is never computed: attention may not look at it, so nothing depends on it.
import CKernels

struct DalleBartEncoder: Sendable {
    private struct Layer: Sendable {
        let attention: SelfAttention
        let feedForward: GatedFeedForward
    }

    private let width: Int
    private let heads: Int
    private let hidden: Int
    /// [vocabulary][width]
    private let tokenEmbedding: FloatBuffer
    /// [text length][width]
    private let positionEmbedding: FloatBuffer
    private let embeddingNorm: LayerNorm
    private let layers: [Layer]
    private let finalNorm: LayerNorm

    init(_ tensors: TensorSource, _ configuration: DalleMiniConfiguration) throws(CheckpointError) {
        width = configuration.width
        heads = configuration.encoderHeads
        hidden = configuration.encoderHidden
        tokenEmbedding = try tensors.floats("embed_tokens.weight", [configuration.textVocabulary, width])
        positionEmbedding = try tensors.floats("embed_positions.weight", [configuration.textLength, width])
        embeddingNorm = try LayerNorm(tensors, "layernorm_embedding", size: width)
        var layers: [Layer] = []
        for index in 0..<configuration.encoderLayers {
            let source = tensors.scoped("layers.\(index)")
            layers.append(
                Layer(
                    attention: try SelfAttention(source, width: width, heads: heads),
                    feedForward: try GatedFeedForward(source, width: width, hidden: hidden)))
        }
        self.layers = layers
        finalNorm = try LayerNorm(tensors, "final_ln", size: width)
    }

    /// States of all tokens of all prompts, one after the other: [sum of lengths][width].
    func encode(_ prompts: [[Int32]], pool: ComputePool) -> FloatBuffer {
        let rows = prompts.reduce(0) { $0 + $1.count }
        let x = FloatBuffer(count: rows * width)
        let workspace = LayerWorkspace(rows: rows, width: width, hidden: hidden)
        var sequenceOf: [Int] = []
        var positionOf: [Int] = []
        for (sequence, tokens) in prompts.enumerated() {
            for (position, token) in tokens.enumerated() {
                ck_add(
                    tokenEmbedding.start + Int(token) * width, positionEmbedding.start + position * width, Int64(width),
                    x.start + sequenceOf.count * width)
                sequenceOf.append(sequence)
                positionOf.append(position)
            }
        }
        let lengths = sequenceOf.map { Int32(prompts[$0].count) }
        embeddingNorm.apply(x.start, rows: rows, into: x.start, pool: pool)
        let cache = AttentionCache(sequences: prompts.count, length: prompts.map(\.count).max() ?? 0, heads: heads, width: width)
        for layer in layers {
            let attention = layer.attention
            attention.before.apply(x.start, rows: rows, into: workspace.normed.start, pool: pool)
            let wide = workspace.wide.start
            attention.queriesKeysValues.multiply(
                workspace.normed.start, rows: rows, into: wide, scratch: workspace.scratch, pool: pool)
            for row in 0..<rows {
                let queries = wide + row * 3 * width
                cache.append(queries + width, queries + 2 * width, sequence: sequenceOf[row], position: positionOf[row])
            }
            cache.attend(
                wide, queryStride: 3 * width, sequenceOf: sequenceOf, lengths: lengths, into: workspace.attended.start, pool: pool)
            attention.output.multiply(
                workspace.attended.start, rows: rows, into: workspace.normed.start, scratch: workspace.scratch, pool: pool)
            attention.after.apply(workspace.normed.start, rows: rows, into: x.start, residual: x.start, pool: pool)
            layer.feedForward.apply(x.start, rows: rows, workspace: workspace, pool: pool)
        }
        finalNorm.apply(x.start, rows: rows, into: x.start, pool: pool)
        return x
    }
}
