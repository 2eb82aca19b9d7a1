// What a decoder must be for adapters to stand beside it, and the two that are.

protocol AdaptedDecoder: Sendable {
    associatedtype Part: AdaptedTokens
    associatedtype Workspace

    var vocabulary: Int { get }
    /// Positions that a text can have.
    var context: Int { get }
    var layout: LoRALayout { get }
    /// Tells this base from others.
    var fingerprint: String { get }

    func makePool(bytes: Int) -> KeyValuePool
    func makeWorkspace(rows: Int) -> Workspace
    /// `count` new tokens, the last of those that the sequence holds, of which the last `logits` need logits.
    static func part(_ sequence: KeyValueSequence, count: Int, logits: Int, _ adapter: LoRAAdapter?) -> Part
    /// One pass over all parts.
    /// - Parameter logits: [sum of the parts' logits][vocabulary], in the order of the parts.
    func forward(_ parts: [Part], workspace: Workspace, logits: UnsafeMutablePointer<Float>, pool: ComputePool)
}

extension GPT2Decoder: AdaptedDecoder {
    var vocabulary: Int { sizes.vocabulary }
    var context: Int { sizes.context }
    var layout: LoRALayout { LoRALayout(sizes) }
    var fingerprint: String { Self.fingerprint(sizes, tokenEmbedding) }

    static func fingerprint(_ sizes: GPT2Configuration, _ embedding: TensorView) -> String {
        "gpt2 \(sizes.layers)x\(sizes.width) \(embedding.fingerprint)"
    }

    func makeWorkspace(rows: Int) -> GPT2Workspace { GPT2Workspace(rows: rows, sizes) }

    static func part(_ sequence: KeyValueSequence, count: Int, logits: Int, _ adapter: LoRAAdapter?) -> Part {
        Part(sequence: sequence, count: count, logits: logits, adapter: adapter)
    }
}

extension LlamaDecoder: AdaptedDecoder {
    var vocabulary: Int { sizes.vocabulary }
    var context: Int { sizes.context }
    var layout: LoRALayout { LoRALayout(sizes) }
    var fingerprint: String { Self.fingerprint(sizes, embedding) }

    static func fingerprint(_ sizes: LlamaConfiguration, _ embedding: TensorView) -> String {
        "llama \(sizes.layers)x\(sizes.width) \(embedding.fingerprint)"
    }

    func makeWorkspace(rows: Int) -> LlamaWorkspace { LlamaWorkspace(rows: rows, sizes) }

    static func part(_ sequence: KeyValueSequence, count: Int, logits: Int, _ adapter: LoRAAdapter?) -> Part {
        Part(sequence: sequence, count: count, logits: logits, adapter: adapter)
    }

    func forward(_ parts: [Part], workspace: LlamaWorkspace, logits: UnsafeMutablePointer<Float>, pool: ComputePool) {
        forward(parts, workspace: workspace, logits: logits, pool: pool, before: { _, _ in })
    }
}
