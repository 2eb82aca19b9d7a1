// GPT-2 as its users see it: a checkpoint with its tokenizer, and texts that go on from a beginning, several at once. Reads the
// folders of Hugging Face and those of gpt-2-simple (`run1`).
import Foundation

/// Loaded once; nothing of it changes afterwards, so any number of threads may use it.
public final class GPT2Model: Sendable {
    let decoder: GPT2Decoder
    public let tokenizer: TextTokenizer
    let pool: ComputePool
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

    init(path: String, pool: ComputePool) throws(CheckpointError) {
        let folder = try CheckpointFolder(
            path: path, expects: "config.json and model.safetensors, or hparams.json and a TensorFlow checkpoint")
        self.pool = pool
        if let hyperparameters = folder.existing("hparams.json") {
            let sizes = try GPT2Configuration(hyperparameters: SettingsFile(path: hyperparameters))
            let bundle = try TensorBundle(stem: folder.file(try Self.latest(folder)))
            decoder = try GPT2Decoder(TensorSource(file: GPT2Bundle(bundle: bundle)), sizes)
        } else {
            let sizes = try GPT2Configuration(SettingsFile(path: folder.configuration))
            decoder = try GPT2Decoder(TensorSource(file: SafetensorsFolder(folder: folder)), sizes)
        }
        let vocabulary = decoder.sizes.vocabulary
        if let json = folder.existing("tokenizer.json") {
            tokenizer = try TextTokenizer(json: json, vocabularySize: vocabulary)
        } else {
            tokenizer = try TextTokenizer(
                vocabulary: folder.existing("encoder.json") ?? folder.vocabulary, merges: folder.existing("vocab.bpe") ?? folder.merges,
                vocabularySize: vocabulary)
        }
        end = tokenizer.token("<|endoftext|>")
    }

    /// The file `checkpoint` names the latest: `model_checkpoint_path: "model-1000"`.
    private static func latest(_ folder: CheckpointFolder) throws(CheckpointError) -> String {
        let path = folder.file("checkpoint")
        let file = try MappedFile(path: path)
        guard file.bytes.count <= 1 << 20 else { throw CheckpointError(.outOfBounds, file: path, "is larger than a megabyte") }
        let text = String(decoding: file.bytes, as: UTF8.self)
        let name = text.split(separator: "\n").first { $0.hasPrefix("model_checkpoint_path:") }?.split(separator: "\"").dropFirst().first
        guard let name = name?.split(separator: "/").last, !name.hasPrefix(".") else {
            throw CheckpointError(.malformed, file: path, "names no model_checkpoint_path")
        }
        return String(name)
    }

    /// Writes on from a beginning, several texts at once in one batch: each pass reads one new token of every text that goes on.
    ///
    /// - Parameters:
    ///   - beginning: cut from the front where it leaves no room.
    ///   - options: of each text; their count is the number of texts.
    /// - Returns: what was written after the beginning, up to `<|endoftext|>` or a stop.
    public func write(after beginning: String, _ options: [WritingOptions]) throws -> [String] {
        let room = contextTokens - (options.map(\.maxTokens).max() ?? 1)
        var prompt = Array(tokenizer.encode(beginning).suffix(max(1, room)))
        if prompt.isEmpty, let end { prompt = [end] }
        guard !prompt.isEmpty, !options.isEmpty else { return [] }
        let sizes = decoder.sizes
        let pages = decoder.makePool(bytes: .max / 2)
        let workspace = GPT2Workspace(rows: max(prompt.count, options.count), sizes)
        var first = KeyValueSequence(pages)
        first.extend(by: prompt[...])
        let logits = FloatBuffer(count: options.count * sizes.vocabulary)
        decoder.forward([.init(sequence: first, count: prompt.count, logits: 1)], workspace: workspace, logits: logits.start, pool: pool)
        for text in 1..<max(1, options.count) {
            (logits.start + text * sizes.vocabulary).update(from: logits.start, count: sizes.vocabulary)
        }

        var texts = options.map { SampledText(sequence: first, sampler: TokenSampler($0, text: prompt), options: $0) }
        var going = Array(texts.indices)
        while !going.isEmpty {
            try Task.checkCancellation()
            for (row, text) in going.enumerated() {
                texts[text].take(
                    UnsafeMutableBufferPointer(start: logits.start + row * sizes.vocabulary, count: sizes.vocabulary), tokenizer, end: end)
            }
            going = going.filter { !texts[$0].isOver && texts[$0].sequence.tokens.count < sizes.context }
            guard !going.isEmpty else { break }
            let parts = going.map { text in
                texts[text].sequence.extend(by: [texts[text].tokens[texts[text].tokens.count - 1]])
                return GPT2Decoder.Part(sequence: texts[text].sequence, count: 1, logits: 1)
            }
            decoder.forward(parts, workspace: workspace, logits: logits.start, pool: pool)
        }
        return texts.map { $0.text(tokenizer) }
    }
}

/// One of several texts that go on from the same beginning.
private struct SampledText {
    var sequence: KeyValueSequence
    var sampler: TokenSampler
    let options: WritingOptions
    private(set) var tokens: [Int32] = []
    private(set) var isOver = false

    init(sequence: KeyValueSequence, sampler: TokenSampler, options: WritingOptions) {
        self.sequence = sequence
        self.sampler = sampler
        self.options = options
    }

    mutating func take(_ logits: UnsafeMutableBufferPointer<Float>, _ tokenizer: TextTokenizer, end: Int32?) {
        guard let token = sampler.next(logits, step: tokens.count), token != end else {
            isOver = true
            return
        }
        tokens.append(token)
        isOver = tokens.count >= options.maxTokens || options.stop.contains { text(tokenizer, stopped: false).contains($0) }
    }

    func text(_ tokenizer: TextTokenizer, stopped: Bool = true) -> String {
        var text = String(decoding: tokens.flatMap { tokenizer.bytes(of: $0) }, as: UTF8.self)
        guard stopped else { return text }
        for stop in options.stop { if let found = text.firstRange(of: stop) { text = String(text[..<found.lowerBound]) } }
        return text
    }
}
