// Tokens to logits: a stack of layers over several texts at once. A pass reads some new tokens of each text (one when it is
// being written, many when it is read for the first time) and gives logits where they are asked for. Weights only; what is
// remembered of each text is its `KeyValueSequence`.
import CKernels
import Foundation

struct LlamaDecoder: Sendable {
    struct Layer: Sendable {
        let attention: LlamaAttention
        let feedForward: LlamaFeedForward
    }

    let sizes: LlamaConfiguration
    /// [vocabulary][width], as it lies in the file: a pass reads only the rows of its tokens.
    let embedding: TensorView
    let layers: [Layer]
    private let norm: RMSNorm
    /// [vocabulary][width]
    private let head: WeightMatrix

    init(_ tensors: TensorSource, _ sizes: LlamaConfiguration) throws(CheckpointError) {
        self.sizes = sizes
        let body = tensors.scoped("model")
        embedding = try body.view("embed_tokens.weight", [sizes.vocabulary, sizes.width])
        var layers: [Layer] = []
        for index in 0..<sizes.layers {
            let layer = body.scoped("layers.\(index)")
            layers.append(
                Layer(
                    attention: try LlamaAttention(layer, sizes, window: sizes.windows[index]),
                    feedForward: try LlamaFeedForward(layer, sizes)))
        }
        self.layers = layers
        norm = try RMSNorm(body, "norm", size: sizes.width, epsilon: sizes.epsilon)
        let tied = sizes.tiedHead || !tensors.contains("lm_head.weight")
        head = WeightMatrix(
            stacking: [tied ? embedding : try tensors.view("lm_head.weight", [sizes.vocabulary, sizes.width])], inputs: sizes.width)
    }

    func makePool(bytes: Int) -> KeyValuePool {
        KeyValuePool(layers: sizes.layers, keyHeads: sizes.keyHeads, headSize: sizes.headSize, bytes: bytes)
    }

    /// New tokens of one text, the last of those that its sequence holds.
    struct Part: AdaptedTokens {
        var sequence: KeyValueSequence
        var count: Int
        /// How many of the new positions, counted from the end, need logits.
        var logits: Int
        /// Tokens the text is known to have, those that are still to be read included. nil: no more than the sequence's.
        var length: Int?
        /// What is said in the manner of.
        var adapter: LoRAAdapter?
    }

    /// One pass over all parts. Their counts together fit the workspace.
    /// - Parameters:
    ///   - logits: [sum of the parts' logits][vocabulary], in the order of the parts.
    ///   - before: called before each layer with the states [rows][width], which it may change.
    func forward(
        _ parts: [Part], workspace: LlamaWorkspace, logits: UnsafeMutablePointer<Float>, pool: ComputePool,
        before: (Int, UnsafeMutablePointer<Float>) -> Void = { _, _ in }
    ) {
        let rows = parts.reduce(0) { $0 + $1.count }
        read(parts, into: workspace)
        for (index, layer) in layers.enumerated() {
            before(index, workspace.x.start)
            let adapters = LayerAdapters(parts, layer: index, layout)
            attend(layer.attention, layer: index, parts, rows: rows, adapters, workspace: workspace, pool: pool)
            layer.feedForward.apply(workspace.x.start, rows: rows, adapters, workspace: workspace, pool: pool)
        }
        let wanted = workspace.gather(parts, width: sizes.width)
        norm.apply(workspace.x.start, rows: wanted, into: workspace.normed.start, pool: pool)
        head.multiply(workspace.normed.start, rows: wanted, into: logits, scratch: workspace.scratch, pool: pool)
    }

    /// Embeddings and angles of every row.
    private func read(_ parts: [Part], into workspace: LlamaWorkspace) {
        var row = 0
        for part in parts {
            for position in part.first..<part.sequence.tokens.count {
                embedding.read(row: Int(part.sequence.tokens[position]), into: workspace.x.start + row * sizes.width)
                row += 1
            }
        }
        workspace.turn(parts, sizes.rotary, headSize: sizes.headSize)
    }

    private func attend(
        _ part: LlamaAttention, layer: Int, _ parts: [Part], rows: Int, _ adapters: LayerAdapters, workspace: LlamaWorkspace,
        pool: ComputePool
    ) {
        let (size, heads, keyHeads) = (sizes.headSize, sizes.heads, sizes.keyHeads)
        let stride = (heads + 2 * keyHeads) * size
        let queries = workspace.wide.start
        part.norm.apply(workspace.x.start, rows: rows, into: workspace.normed.start, pool: pool)
        part.queriesKeysValues.multiply(workspace.normed.start, rows: rows, into: queries, scratch: workspace.scratch, pool: pool)
        adapters.add(.queries, workspace.normed.start, to: queries, stride: stride, pool)
        adapters.add(.keys, workspace.normed.start, to: queries + heads * size, stride: stride, pool)
        adapters.add(.values, workspace.normed.start, to: queries + (heads + keyHeads) * size, stride: stride, pool)
        if let queryNorm = part.queryNorm, let keyNorm = part.keyNorm {
            for head in 0..<(heads + keyHeads) {
                let norm = head < heads ? queryNorm : keyNorm
                norm.apply(queries + head * size, rows: rows, stride: stride, into: queries + head * size, pool: pool)
            }
        }
        // Keys follow the queries, so both are turned as heads of one row.
        ck_rotate(
            pool.handle, queries, Int64(stride), Int64(rows), Int64(heads + keyHeads), Int64(size), workspace.cosines.start,
            workspace.sines.start)
        PagedAttention(heads: heads, keyHeads: keyHeads, size: size, window: part.window)
            .run(queries, parts, layer: layer, into: workspace.attended.start, pool: pool)
        part.output.multiply(
            workspace.attended.start, rows: rows, into: workspace.x.start, residual: workspace.x.start, scratch: workspace.scratch,
            pool: pool)
        adapters.add(.output, workspace.attended.start, to: workspace.x.start, pool)
    }
}
