// A checkpoint of GPT-2 as it lies on disk: its sizes, its tensors and its tokenizer. Reads the folders of Hugging Face and those of
// gpt-2-simple.

struct GPT2Folder: Sendable {
    let files: CheckpointFolder
    let sizes: GPT2Configuration
    /// Named as `transformers` names them, with or without "transformer." in front.
    let tensors: TensorSource
    let tokenizer: TextTokenizer

    init(path: String) throws(CheckpointError) {
        let folder = try CheckpointFolder(
            path: path, expects: "config.json and model.safetensors, or hparams.json and a TensorFlow checkpoint")
        files = folder
        if let hyperparameters = folder.existing("hparams.json") {
            sizes = try GPT2Configuration(hyperparameters: SettingsFile(path: hyperparameters))
            tensors = TensorSource(file: GPT2Bundle(bundle: try TensorBundle(stem: folder.file(try Self.latest(folder)))))
        } else {
            sizes = try GPT2Configuration(SettingsFile(path: folder.configuration))
            tensors = TensorSource(file: try SafetensorsFolder(folder: folder))
        }
        if let json = folder.existing("tokenizer.json") {
            tokenizer = try TextTokenizer(json: json, vocabularySize: sizes.vocabulary)
        } else {
            tokenizer = try TextTokenizer(
                vocabulary: folder.existing("encoder.json") ?? folder.vocabulary, merges: folder.existing("vocab.bpe") ?? folder.merges,
                vocabularySize: sizes.vocabulary)
        }
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
}
