// A language model from one GGUF file, which has everything in it.

extension LanguageModel {
    convenience init(gguf path: String, pool: ComputePool, contextTokens: Int?) throws(CheckpointError) {
        let file = try GGUFFile(path: path)
        let sizes = try LlamaConfiguration(file)
        let tokenizer = try TextTokenizer(gguf: file, vocabularySize: sizes.vocabulary)
        let isPaired = try file.text("general.architecture") == "llama"
        let decoder = try LlamaDecoder(TensorSource(file: GGUFTensors(file, sizes, isPaired: isPaired)), sizes)
        func spelled(_ token: Int32?) -> String? {
            token.flatMap { tokenizer.pieces.indices.contains(Int($0)) ? String(decoding: tokenizer.pieces[Int($0)], as: UTF8.self) : nil }
        }
        let end = try file.int("tokenizer.ggml.eos_token_id", -1...Int(Int32.max), default: -1)
        let layout = try ChatLayout(
            template: file.text("tokenizer.chat_template"), file: path, start: spelled(tokenizer.start), end: spelled(Int32(end)))
        var ends = sizes.ends
        // Models whose header names only the end of a document end their messages with one of these.
        for name in ["<|im_end|>", "<|eot_id|>", "<|end|>"] { if let token = tokenizer.token(name) { ends.insert(token) } }
        // In these files the header says whether texts begin with a token; in folders the template does.
        self.init(
            decoder: decoder, tokenizer: tokenizer, layout: layout, ends: ends, pool: pool, contextTokens: contextTokens,
            start: tokenizer.addsStart ? tokenizer.start : nil)
    }
}
