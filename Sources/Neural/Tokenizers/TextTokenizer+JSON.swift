// `tokenizer.json`, the format of Hugging Face's tokenizers: a model (always byte-pair merging here), what is done to the text
// before, and tokens added by hand. Parts this code does not know are refused by name.
import Foundation

extension TextTokenizer {
    static let fileLimit = 128 << 20

    init(json path: String, vocabularySize: Int) throws(CheckpointError) {
        let file = try MappedFile(path: path)
        guard file.bytes.count <= Self.fileLimit else {
            throw CheckpointError(.outOfBounds, file: path, "is larger than \(Self.fileLimit) bytes")
        }
        guard let root = withExtendedLifetime(file, { JSONNode(parsing: file.bytes) }) else {
            throw CheckpointError(.malformed, file: path, offset: 0, "is not JSON")
        }
        let reader = TokenizerReader(path: path, root: root, limit: vocabularySize)
        try self.init(reader)
    }

    private init(_ reader: TokenizerReader) throws(CheckpointError) {
        let model = try reader.model()
        let added = try reader.added()
        let texts = try reader.texts(added: added)
        let splitters = try reader.splitters()
        let isByteLevel = !splitters.isEmpty
        guard isByteLevel || model["byte_fallback"]?.flag == true else {
            throw reader.fault("pre_tokenizer", "is neither byte-level nor SentencePiece with byte fallback")
        }
        let tokens = Dictionary(texts.enumerated().lazy.map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
        var bytes: [Int32?]
        var pieces = texts
        if isByteLevel {
            let addedTokens = Set(added.map { Int($0.id) })
            for index in texts.indices where !addedTokens.contains(index) {
                guard let piece = ByteAlphabet.decode(texts[index]) else {
                    throw reader.fault("model.vocab", "the piece \(index) has a letter that stands for no byte")
                }
                pieces[index] = piece
            }
            bytes = ByteAlphabet.scalars.map { tokens[Array(String($0).utf8)] }
        } else {
            bytes = (0..<256).map { tokens[Array("<0x\(String(format: "%02X", $0))>".utf8)] }
        }
        self.init(
            family: isByteLevel ? .byteLevel(splitters, wholeWords: model["ignore_merges"]?.flag ?? false) : .sentencePiece,
            pieces: pieces, merges: try reader.merges(tokens), bytes: bytes, added: added,
            unknown: model["unk_token"]?.bytes.flatMap { tokens[$0] })
        (prefix, composes) = try reader.normaliser()
        // A template such as `<s> $A` begins every text with a token.
        if let first = reader.firstOfTemplate(), let token = tokens[first] {
            start = token
            addsStart = true
        }
    }
}

/// Finds its way through the file. Every list is bounded by the model's vocabulary.
private struct TokenizerReader {
    let path: String
    let root: JSONNode
    let limit: Int

    func fault(_ item: String, _ detail: String) -> CheckpointError {
        CheckpointError(.unsupported, file: path, item: item, detail)
    }

    func model() throws(CheckpointError) -> JSONNode {
        guard let model = root["model"], model["type"].map({ $0.string == "BPE" }) ?? true else {
            throw fault("model.type", "is not BPE")
        }
        if let dropout = model["dropout"], case .number(let value) = dropout, value > 0 { throw fault("model.dropout", "must be none") }
        return model
    }

    func added() throws(CheckpointError) -> [AddedTokens.Token] {
        var result: [AddedTokens.Token] = []
        for node in root["added_tokens"]?.list ?? [] {
            guard let id = node["id"]?.int, let content = node["content"]?.bytes, (0..<limit).contains(id) else {
                throw CheckpointError(
                    .outOfBounds, file: path, item: "added_tokens",
                    "has an entry without id and content, or past the vocabulary of \(limit)")
            }
            result.append(
                AddedTokens.Token(
                    bytes: content, id: Int32(id), stripsLeft: node["lstrip"]?.flag ?? false, stripsRight: node["rstrip"]?.flag ?? false,
                    isSpecial: node["special"]?.flag ?? false))
        }
        return result
    }

    /// The text of each token as the file has it.
    func texts(added: [AddedTokens.Token]) throws(CheckpointError) -> [[UInt8]] {
        guard let vocabulary = try model()["vocab"]?.members else {
            throw CheckpointError(.malformed, file: path, item: "model.vocab", "is missing or not an object")
        }
        var texts = [[UInt8]](repeating: [], count: limit)
        for (text, node) in vocabulary {
            guard let id = node.int, (0..<limit).contains(id) else {
                throw CheckpointError(
                    .outOfBounds, file: path, item: String(decoding: text.prefix(40), as: UTF8.self),
                    "the token is outside the vocabulary of \(limit)")
            }
            texts[id] = text
        }
        for token in added { texts[Int(token.id)] = token.bytes }
        return texts
    }

    /// Pairs are written "a b", or ["a", "b"].
    func merges(_ tokens: [[UInt8]: Int32]) throws(CheckpointError) -> [(left: Int32, right: Int32, joined: Int32)] {
        var result: [(left: Int32, right: Int32, joined: Int32)] = []
        for node in try model()["merges"]?.list ?? [] {
            var halves = node.list?.compactMap(\.bytes) ?? []
            if let text = node.bytes, let space = text.firstIndex(of: 0x20) {
                halves = [Array(text[..<space]), Array(text[(space + 1)...])]
            }
            guard halves.count == 2, let left = tokens[halves[0]], let right = tokens[halves[1]], let joined = tokens[halves[0] + halves[1]]
            else {
                throw CheckpointError(.malformed, file: path, item: "model.merges", "rule \(result.count) is not a pair of known pieces")
            }
            result.append((left, right, joined))
        }
        return result
    }

    /// The cuts of a byte-level tokenizer; none for SentencePiece.
    func splitters() throws(CheckpointError) -> [WordSplitter] {
        guard let node = root["pre_tokenizer"] else { return [] }
        var result: [WordSplitter] = []
        var isByteLevel = false
        for step in node["pretokenizers"]?.list ?? [node] {
            switch step["type"]?.string {
            case "ByteLevel":
                isByteLevel = true
                if step["add_prefix_space"]?.flag == true { throw fault("pre_tokenizer.add_prefix_space", "must be false") }
                if step["use_regex"]?.flag ?? true { result.append(.gpt2) }
            case "Split":
                guard let pattern = step["pattern"]?["Regex"]?.string, let splitter = WordSplitter(pattern: pattern),
                    step["behavior"]?.string == "Isolated", step["invert"]?.flag != true
                else { throw fault("pre_tokenizer", "cuts words by a rule that is none of GPT-2's, LLaMA 3's and Qwen2's") }
                result.append(splitter)
            case "Digits":
                guard step["individual_digits"]?.flag == true else { throw fault("pre_tokenizer", "Digits must be individual") }
                result.append(.digits)
            case "Metaspace": break
            case let other: throw fault("pre_tokenizer", "\"\(other?.prefix(40) ?? "?")\" is not supported")
            }
        }
        return isByteLevel ? result : []
    }

    func normaliser() throws(CheckpointError) -> (TextTokenizer.Prefix, composes: Bool) {
        var (prefix, composes) = (TextTokenizer.Prefix.never, false)
        let steps = root["normalizer"].map { $0["normalizers"]?.list ?? [$0] } ?? []
        for step in steps {
            switch step["type"]?.string {
            case "NFC": composes = true
            case "Prepend" where step["prepend"]?.string == "\u{2581}": prefix = .always
            case "Replace" where step["pattern"]?["String"]?.string == " " && step["content"]?.string == "\u{2581}": break
            case let other: throw fault("normalizer", "\"\(other?.prefix(40) ?? "?")\" is not supported")
            }
        }
        if let node = root["pre_tokenizer"], node["type"]?.string == "Metaspace" {
            switch node["prepend_scheme"]?.string ?? (node["add_prefix_space"]?.flag == false ? "never" : "always") {
            case "always": prefix = .missing
            case "first": prefix = .missingFirst
            default: prefix = .never
            }
            if node["split"]?.flag == true { throw fault("pre_tokenizer.split", "must be false") }
        }
        return (prefix, composes)
    }

    func firstOfTemplate() -> [UInt8]? {
        guard let node = root["post_processor"] else { return nil }
        for step in node["processors"]?.list ?? [node] where step["type"]?.string == "TemplateProcessing" {
            if let first = step["single"]?.list?.first?["SpecialToken"]?["id"]?.bytes { return first }
        }
        return nil
    }
}
