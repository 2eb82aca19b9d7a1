// The tokenizer in a GGUF header: SentencePiece's pieces with scores ("llama"), or byte-level pieces and rules ("gpt2") with the
// name of the way in which texts are cut.

extension TextTokenizer {
    /// How each published name of `tokenizer.ggml.pre` cuts texts.
    private static let cuts: [String: [WordSplitter]] = [
        "gpt-2": [.gpt2], "gpt2": [.gpt2], "llama-bpe": [.llama3(digits: 3)], "llama3": [.llama3(digits: 3)],
        "llama-v3": [.llama3(digits: 3)], "smaug-bpe": [.llama3(digits: 3)], "qwen2": [.llama3(digits: 1)],
        "deepseek-r1-qwen": [.llama3(digits: 1)], "smollm": [.digits, .gpt2],
    ]

    init(gguf file: GGUFFile, vocabularySize: Int) throws(CheckpointError) {
        let key = "tokenizer.ggml.tokens"
        guard let list = try file.list(key), list.count <= vocabularySize else {
            throw file.fault(.malformed, key, "is missing, or longer than the vocabulary of \(vocabularySize)")
        }
        var texts: [[UInt8]] = []
        for value in list {
            guard case .text(let bytes) = value else { throw file.fault(.malformed, key, "has an entry that is no text") }
            texts.append(bytes)
        }
        let kinds = try Self.kinds(file, count: texts.count)
        switch try file.text("tokenizer.ggml.model") {
        case "llama":
            let scores = try file.list("tokenizer.ggml.scores") ?? []
            guard scores.count == texts.count else {
                throw file.fault(.malformed, "tokenizer.ggml.scores", "does not have a score for each token")
            }
            let pieces = texts.indices.map { index in
                let score: Float = if case .number(let score) = scores[index] { Float(score) } else { 0 }
                return ScoredPiece(text: texts[index], score: score, kind: kinds[index])
            }
            self.init(pieces: pieces, addsPrefix: try file.flag("tokenizer.ggml.add_space_prefix", default: true))
        case "gpt2": try self.init(byteLevel: file, texts: texts, kinds: kinds)
        case let other:
            throw file.fault(.unsupported, "tokenizer.ggml.model", "\"\(other?.prefix(20) ?? "")\" is neither llama nor gpt2")
        }
        let first = try file.int("tokenizer.ggml.bos_token_id", -1...Int(Int32.max), default: -1)
        start = texts.indices.contains(first) ? Int32(first) : nil
        addsStart = try file.flag("tokenizer.ggml.add_bos_token", default: family == .sentencePiece) && start != nil
    }

    private init(byteLevel file: GGUFFile, texts: [[UInt8]], kinds: [ScoredPiece.Kind]) throws(CheckpointError) {
        let pre = try file.text("tokenizer.ggml.pre") ?? "none"
        guard let splitters = Self.cuts[pre] else {
            throw file.fault(
                .unsupported, "tokenizer.ggml.pre", "\"\(pre.prefix(40))\" is none of \(Self.cuts.keys.sorted().joined(separator: ", "))")
        }
        let tokens = Dictionary(texts.enumerated().lazy.map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
        var merges: [(left: Int32, right: Int32, joined: Int32)] = []
        for (index, value) in (try file.list("tokenizer.ggml.merges") ?? []).enumerated() {
            guard case .text(let text) = value, let space = text.dropFirst().firstIndex(of: 0x20), let left = tokens[Array(text[..<space])],
                let right = tokens[Array(text[(space + 1)...])], let joined = tokens[Array(text[..<space] + text[(space + 1)...])]
            else { throw file.fault(.malformed, "tokenizer.ggml.merges", "rule \(index) is not a pair of known pieces") }
            merges.append((left, right, joined))
        }
        let added = texts.indices.filter { kinds[$0] == .control || kinds[$0] == .userDefined }.map {
            AddedTokens.Token(bytes: texts[$0], id: Int32($0), isSpecial: kinds[$0] == .control)
        }
        var pieces = texts
        for index in texts.indices where kinds[index] == .normal {
            guard let piece = ByteAlphabet.decode(texts[index]) else {
                throw file.fault(.malformed, "tokenizer.ggml.tokens", "the piece \(index) has a letter that stands for no byte")
            }
            pieces[index] = piece
        }
        self.init(
            family: .byteLevel(splitters, wholeWords: pre.hasPrefix("llama")), pieces: pieces, merges: merges,
            bytes: ByteAlphabet.scalars.map { tokens[Array(String($0).utf8)] }, added: added)
    }

    private static func kinds(_ file: GGUFFile, count: Int) throws(CheckpointError) -> [ScoredPiece.Kind] {
        guard let list = try file.list("tokenizer.ggml.token_type") else { return [ScoredPiece.Kind](repeating: .normal, count: count) }
        let kinds = list.compactMap { value -> ScoredPiece.Kind? in
            guard case .int(let number) = value else { return nil }
            return ScoredPiece.Kind(rawValue: number) ?? .normal
        }
        guard kinds.count == count else { throw file.fault(.malformed, "tokenizer.ggml.token_type", "does not have a kind for each token") }
        return kinds
    }
}
