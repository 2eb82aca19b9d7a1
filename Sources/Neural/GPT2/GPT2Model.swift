// GPT-2 as its users see it: a checkpoint with its tokenizer, and texts that go on from a beginning, several at once. Reads the
// folders of Hugging Face and those of gpt-2-simple (`run1`).
import Foundation

/// Loaded once; nothing of it changes afterwards, so any number of threads may use it.
public final class GPT2Model: Sendable {
    let decoder: GPT2Decoder
    public let tokenizer: TextTokenizer
    let pool: ComputePool
    /// Tells this base from others, so that an adapter is not put beside weights that it was not learnt on.
    public let fingerprint: String
    /// `<|endoftext|>`.
    let end: Int32?

    /// Tokens that a beginning and what follows may have together.
    public var contextTokens: Int { decoder.sizes.context }

    /// Reads a checkpoint: `config.json`, `model.safetensors` and `tokenizer.json` or `vocab.json` with `merges.txt`; or gpt-2-simple's
    /// `hparams.json`, `encoder.json`, `vocab.bpe`, `checkpoint` and `model-N.*`. Blocks while weights are read and arranged.
    /// - Parameter threads: that a pass may use; nil: one for each active processor.
    public static func load(path: String, threads: Int? = nil) throws(CheckpointError) -> GPT2Model {
        try GPT2Model(path: path, pool: ComputePool(threads: threads))
    }

    convenience init(path: String, pool: ComputePool) throws(CheckpointError) {
        try self.init(GPT2Folder(path: path), pool: pool)
    }

    init(_ folder: GPT2Folder, pool: ComputePool) throws(CheckpointError) {
        self.pool = pool
        decoder = try GPT2Decoder(folder.tensors, folder.sizes)
        tokenizer = folder.tokenizer
        fingerprint = decoder.fingerprint
        end = tokenizer.token("<|endoftext|>")
    }
}
