// The language model inside a Flamingo: one of the LLaMA family (version 1), or one of MPT's (version 2).

enum FlamingoLanguage: Sendable {
    case llama(LlamaDecoder)
    case mpt(MPTDecoder)

    enum Sizes: Sendable, Equatable {
        case llama(LlamaConfiguration)
        case mpt(MPTConfiguration)

        init(_ file: SettingsFile) throws(CheckpointError) {
            self = try file.string("model_type") == "mpt" ? .mpt(MPTConfiguration(file)) : .llama(LlamaConfiguration(file))
        }

        var width: Int { of(\.width, \.width) }
        var layers: Int { of(\.layers, \.layers) }
        var vocabulary: Int { of(\.vocabulary, \.vocabulary) }
        var context: Int { of(\.context, \.context) }
        var ends: Set<Int32> { of(\.ends, \.ends) }

        private func of<Value>(_ llama: (LlamaConfiguration) -> Value, _ mpt: (MPTConfiguration) -> Value) -> Value {
            switch self {
            case .llama(let sizes): llama(sizes)
            case .mpt(let sizes): mpt(sizes)
            }
        }
    }

    init(_ tensors: TensorSource, _ sizes: Sizes) throws(CheckpointError) {
        switch sizes {
        case .llama(let sizes): self = .llama(try LlamaDecoder(tensors, sizes))
        case .mpt(let sizes): self = .mpt(try MPTDecoder(tensors, sizes))
        }
    }

    func makePool(bytes: Int) -> KeyValuePool {
        switch self {
        case .llama(let decoder): decoder.makePool(bytes: bytes)
        case .mpt(let decoder): decoder.makePool(bytes: bytes)
        }
    }

    func makeWorkspace(rows: Int) -> LlamaWorkspace {
        switch self {
        case .llama(let decoder): LlamaWorkspace(rows: rows, decoder.sizes)
        case .mpt(let decoder): decoder.makeWorkspace(rows: rows)
        }
    }

    /// One pass over all parts, as ``LlamaDecoder/forward(_:workspace:logits:pool:before:)``.
    func forward(
        _ parts: [LlamaDecoder.Part], workspace: LlamaWorkspace, logits: UnsafeMutablePointer<Float>, pool: ComputePool,
        before: (Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        switch self {
        case .llama(let decoder): decoder.forward(parts, workspace: workspace, logits: logits, pool: pool, before: before)
        case .mpt(let decoder): decoder.forward(parts, workspace: workspace, logits: logits, pool: pool, before: before)
        }
    }
}
