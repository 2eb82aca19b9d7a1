// A base that adapters stand beside, as its users see it: a checkpoint of GPT-2 or of the LLaMA family with its tokenizer, and texts
// that go on from a beginning, several at once. Reads the folders of Hugging Face and those of gpt-2-simple (`run1`).
import Foundation

/// Loaded once; nothing of it changes afterwards, so any number of threads may use it.
public final class BaseModel: Sendable {
    let decoder: any AdaptedDecoder
    public let tokenizer: TextTokenizer
    let replies: ReplyText
    let pool: ComputePool
    /// Tells this base from others, so that an adapter is not put beside weights that it was not learnt on.
    public let fingerprint: String
    /// Tokens that a beginning and what follows may have together.
    public let contextTokens: Int
    /// What ends a text.
    var end: Int32? { replies.end }

    /// Reads a checkpoint: `config.json`, `model.safetensors` and `tokenizer.json`, or of a GPT-2 `vocab.json` with `merges.txt`, or of
    /// the LLaMA family `tokenizer.model`; or gpt-2-simple's `hparams.json`, `encoder.json`, `vocab.bpe`, `checkpoint` and `model-N.*`.
    /// Blocks while weights are read and arranged.
    /// - Parameter threads: that a pass may use; nil: one for each active processor.
    public static func load(path: String, threads: Int? = nil) throws(CheckpointError) -> BaseModel {
        try BaseModel(path: path, pool: ComputePool(threads: threads))
    }

    convenience init(path: String, pool: ComputePool) throws(CheckpointError) {
        try self.init(BaseFolders.read(path), pool: pool)
    }

    init(_ folder: any BaseFolder, pool: ComputePool) throws(CheckpointError) {
        self.pool = pool
        decoder = try folder.decoder()
        tokenizer = folder.tokenizer
        replies = folder.replies
        contextTokens = folder.context
        fingerprint = decoder.fingerprint
    }
}
