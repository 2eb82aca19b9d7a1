// Tokens to logits by GPT-2: a stack of layers over several texts at once, over the same paged memory as the LLaMA family's.
// Weights only; what is remembered of each text is its `KeyValueSequence`.
import CKernels
import Foundation

struct GPT2Decoder: Sendable {
    let sizes: GPT2Configuration
    /// [vocabulary][width]; also the head.
    let tokenEmbedding: TensorView
    /// [context][width]
    let positionEmbedding: TensorView
    let layers: [GPT2Layer]
    let norm: LayerNorm
    let head: WeightMatrix

    /// - Parameter tensors: named as `transformers` names them, with or without "transformer." in front.
    init(_ tensors: TensorSource, _ sizes: GPT2Configuration) throws(CheckpointError) {
        self.sizes = sizes
        let body = Self.body(tensors)
        tokenEmbedding = try body.view("wte.weight", [sizes.vocabulary, sizes.width])
        positionEmbedding = try body.view("wpe.weight", [sizes.context, sizes.width])
        var layers: [GPT2Layer] = []
        for index in 0..<sizes.layers { layers.append(try GPT2Layer(body.scoped("h.\(index)"), sizes)) }
        self.layers = layers
        norm = try LayerNorm(body, "ln_f", size: sizes.width)
        head = WeightMatrix(stacking: [tokenEmbedding], inputs: sizes.width)
    }

    static func body(_ tensors: TensorSource) -> TensorSource {
        tensors.contains("transformer.wte.weight") ? tensors.scoped("transformer") : tensors
    }

    func makePool(bytes: Int) -> KeyValuePool {
        KeyValuePool(layers: sizes.layers, keyHeads: sizes.heads, headSize: sizes.headSize, bytes: bytes)
    }

    struct Part: AdaptedTokens {
        var sequence: KeyValueSequence
        var count: Int
        /// How many of the new positions, counted from the end, need logits.
        var logits: Int
        /// What is said in the manner of.
        var adapter: LoRAAdapter?
    }

    /// One pass over all parts. Their counts together fit the workspace; no text is longer than the context.
    /// - Parameter logits: [sum of the parts' logits][vocabulary], in the order of the parts.
    func forward(_ parts: [Part], workspace: GPT2Workspace, logits: UnsafeMutablePointer<Float>, pool: ComputePool) {
        let rows = parts.reduce(0) { $0 + $1.count }
        read(parts, into: workspace)
        for (index, layer) in layers.enumerated() {
            let adapters = LayerAdapters(parts, layer: index, layout)
            attend(layer, index: index, parts, rows: rows, adapters, workspace: workspace, pool: pool)
            layer.hiddenNorm.apply(workspace.x.start, rows: rows, into: workspace.normed.start, pool: pool)
            layer.widen.apply(workspace.normed.start, rows: rows, into: workspace.hidden.start, pool: pool)
            adapters.add(.widen, workspace.normed.start, to: workspace.hidden.start, pool)
            ck_tanh_gelu(pool.handle, workspace.hidden.start, Int64(rows * sizes.hidden), workspace.hidden.start)
            layer.narrow.apply(workspace.hidden.start, rows: rows, into: workspace.x.start, residual: workspace.x.start, pool: pool)
            adapters.add(.narrow, workspace.hidden.start, to: workspace.x.start, pool)
        }
        // The rows that need logits move together, to the front.
        var (row, wanted) = (0, 0)
        for part in parts {
            let from = row + part.count - part.logits
            memmove(
                workspace.x.start + wanted * sizes.width, workspace.x.start + from * sizes.width,
                part.logits * sizes.width * MemoryLayout<Float>.size)
            wanted += part.logits
            row += part.count
        }
        norm.apply(workspace.x.start, rows: wanted, into: workspace.normed.start, pool: pool)
        let scratch = ActivationScratch(count: wanted * sizes.width)
        head.multiply(workspace.normed.start, rows: wanted, into: logits, scratch: scratch, pool: pool)
    }

    /// What each token is, and where it stands.
    private func read(_ parts: [Part], into workspace: GPT2Workspace) {
        var row = 0
        for part in parts {
            for position in part.first..<part.sequence.tokens.count {
                let state = workspace.x.start + row * sizes.width
                let place = workspace.normed.start
                tokenEmbedding.read(row: Int(part.sequence.tokens[position]), into: state)
                positionEmbedding.read(row: position, into: place)
                for index in 0..<sizes.width { state[index] += place[index] }
                row += 1
            }
        }
    }

    private func attend(
        _ layer: GPT2Layer, index: Int, _ parts: [Part], rows: Int, _ adapters: LayerAdapters, workspace: GPT2Workspace, pool: ComputePool
    ) {
        layer.attentionNorm.apply(workspace.x.start, rows: rows, into: workspace.normed.start, pool: pool)
        layer.queriesKeysValues.apply(workspace.normed.start, rows: rows, into: workspace.wide.start, pool: pool)
        adapters.add(.queriesKeysValues, workspace.normed.start, to: workspace.wide.start, pool)
        PagedAttention(heads: sizes.heads, keyHeads: sizes.heads, size: sizes.headSize)
            .run(workspace.wide.start, parts, layer: index, into: workspace.attended.start, pool: pool)
        layer.attentionOutput.apply(
            workspace.attended.start, rows: rows, into: workspace.x.start, residual: workspace.x.start, pool: pool)
        adapters.add(.attentionOutput, workspace.attended.start, to: workspace.x.start, pool)
    }
}
