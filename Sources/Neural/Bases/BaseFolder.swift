// A checkpoint that adapters can stand beside, as it lies on disk: a GPT-2, or one of the LLaMA family.

protocol BaseFolder: Sendable {
    var tokenizer: TextTokenizer { get }
    /// Positions that a text can have.
    var context: Int { get }
    /// How a message and its answer are written down.
    var replies: ReplyText { get }

    func decoder() throws(CheckpointError) -> any AdaptedDecoder
    /// The base with an adapter that is to be learnt; nil: its own weights are.
    func learner(_ adapter: LoRASettings?, pool: ComputePool) throws(CheckpointError) -> any TextLearner
}

enum BaseFolders {
    /// - Parameter path: as ``BaseModel/load(path:threads:)`` takes it.
    static func read(_ path: String) throws(CheckpointError) -> any BaseFolder {
        let folder = try CheckpointFolder(
            path: path, expects: "config.json and model.safetensors, or hparams.json and a TensorFlow checkpoint")
        guard folder.existing("hparams.json") == nil,
            let type = try SettingsFile(path: folder.configuration).string("model_type"), LlamaConfiguration.modelTypes.contains(type)
        else { return try GPT2Folder(path: path) }
        return try LlamaFolder(folder)
    }
}

extension GPT2Folder: BaseFolder {
    var context: Int { sizes.context }
    var replies: ReplyText {
        let end = tokenizer.token("<|endoftext|>")
        return ReplyText(tokenizer: tokenizer, start: end, end: end)
    }

    func decoder() throws(CheckpointError) -> any AdaptedDecoder { try GPT2Decoder(tensors, sizes) }
    func learner(_ adapter: LoRASettings?, pool: ComputePool) throws(CheckpointError) -> any TextLearner {
        guard let adapter else { return try GPT2WholeLearner(self, pool: pool) }
        return try GPT2Learner(tensors, sizes, adapter, pool: pool)
    }
}

/// A checkpoint of the LLaMA family in a folder of Hugging Face's.
struct LlamaFolder: BaseFolder {
    let path: String
    let sizes: LlamaConfiguration
    let tensors: TensorSource
    let tokenizer: TextTokenizer

    init(_ folder: CheckpointFolder) throws(CheckpointError) {
        path = folder.path
        sizes = try LlamaConfiguration(SettingsFile(path: folder.configuration))
        tensors = TensorSource(file: try SafetensorsFolder(folder: folder))
        tokenizer = try TextTokenizer(folder, vocabularySize: sizes.vocabulary)
    }

    /// Longer texts than these are nobody's chat, and cost memory.
    var context: Int { min(sizes.context, LanguageModel.usualContext) }
    var replies: ReplyText {
        let end = sizes.ends.min() ?? tokenizer.token("<|endoftext|>")
        return ReplyText(tokenizer: tokenizer, start: tokenizer.start ?? end, end: end)
    }

    func decoder() throws(CheckpointError) -> any AdaptedDecoder { try LlamaDecoder(tensors, sizes) }
    func learner(_ adapter: LoRASettings?, pool: ComputePool) throws(CheckpointError) -> any TextLearner {
        guard let adapter else {
            throw CheckpointError(.unsupported, file: path, "is a LLaMA: an adapter learns beside it, but not all of its weights")
        }
        return try LlamaLearner(tensors, sizes, adapter, pool: pool)
    }
}

extension TextTokenizer {
    /// `tokenizer.json` or `tokenizer.model` of a folder of the LLaMA family.
    init(_ folder: CheckpointFolder, vocabularySize: Int) throws(CheckpointError) {
        if let json = folder.existing("tokenizer.json") {
            self = try TextTokenizer(json: json, vocabularySize: vocabularySize)
        } else if let model = folder.existing("tokenizer.model") {
            self = try TextTokenizer(sentencePiece: model, vocabularySize: vocabularySize)
        } else {
            throw CheckpointError(.unreadable, file: folder.path, "has neither tokenizer.json nor tokenizer.model")
        }
    }
}
