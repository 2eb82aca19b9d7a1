// A language model as its users see it: a checkpoint of the LLaMA family with its tokenizer and its way to write conversations
// down. `TextWriter` writes with it.
import Foundation

/// Loaded once; nothing of it changes afterwards, so any number of threads may use it.
public final class LanguageModel: Sendable {
    let decoder: LlamaDecoder
    public let tokenizer: TextTokenizer
    let layout: ChatLayout
    /// Tokens that end a text.
    let ends: Set<Int32>
    let pool: ComputePool
    /// A token that every prompt begins with, whether or not the template says so.
    let start: Int32?
    /// Tokens that a prompt and what follows may have together.
    public let contextTokens: Int

    /// Tokens of context where nobody asked for more: what memory for keys and values is usually worth.
    static let usualContext = 4096

    init(
        decoder: LlamaDecoder, tokenizer: TextTokenizer, layout: ChatLayout, ends: Set<Int32>, pool: ComputePool, contextTokens: Int?,
        start: Int32? = nil
    ) {
        self.decoder = decoder
        self.tokenizer = tokenizer
        self.layout = layout
        self.ends = ends
        self.pool = pool
        self.start = start
        self.contextTokens = min(contextTokens ?? Self.usualContext, decoder.sizes.context)
    }

    /// Reads a checkpoint: a GGUF file, or a folder as Hugging Face has it (`config.json`, `model.safetensors` or several with their index,
    /// `tokenizer.json` or `tokenizer.model`, and optionally `tokenizer_config.json`, `chat_template.jinja`,
    /// `generation_config.json`). Blocks while weights are read and arranged.
    /// - Parameters:
    ///   - threads: that a pass may use; nil: one for each active processor.
    ///   - contextTokens: at most so many tokens of context; nil: 4,096, or less where the model has less.
    public static func load(path: String, threads: Int? = nil, contextTokens: Int? = nil) throws(CheckpointError) -> LanguageModel {
        let pool = ComputePool(threads: threads)
        return path.lowercased().hasSuffix(".gguf")
            ? try LanguageModel(gguf: path, pool: pool, contextTokens: contextTokens)
            : try LanguageModel(folder: path, pool: pool, contextTokens: contextTokens)
    }

    /// The tokens of a conversation, up to where the assistant's next message begins.
    ///
    /// What people wrote cannot become anything but text: tokens that a template puts around messages are only taken from it.
    /// - Throws: ``ChatLayoutError`` where the model's template refuses the conversation.
    public func prompt(_ messages: [ChatTurn]) throws(ChatLayoutError) -> [Int32] {
        let guarded = messages.map { ChatTurn(role: $0.role, content: tokenizer.guarded($0.content)) }
        let tokens = tokenizer.encode(try layout.text(guarded))
        guard let start, tokens.first != start else { return tokens }
        return [start] + tokens
    }

    /// Stop sequences that belong to the model's way to write conversations down.
    public var layoutStops: [String] { layout.stops }
}

/// One message of a conversation, as a model's template takes it.
public struct ChatTurn: Sendable, Hashable {
    /// `system`, `user` or `assistant`.
    public var role: String
    public var content: String

    public init(role: String, content: String) {
        self.role = role
        self.content = content
    }
}

extension LanguageModel {
    convenience init(folder path: String, pool: ComputePool, contextTokens: Int?) throws(CheckpointError) {
        let folder = try CheckpointFolder(path: path, expects: "config.json, model.safetensors and tokenizer.json")
        let sizes = try LlamaConfiguration(SettingsFile(path: folder.configuration))
        let tokenizer = try TextTokenizer(folder, vocabularySize: sizes.vocabulary)
        let words = try ChatWords(folder: folder)
        var ends = sizes.ends
        if let path = folder.generation { ends.formUnion(try SettingsFile(path: path).tokens("eos_token_id")) }
        if let end = words.end.flatMap(tokenizer.token) { ends.insert(end) }
        let decoder = try LlamaDecoder(TensorSource(file: SafetensorsFolder(folder: folder)), sizes)
        let start = words.start ?? tokenizer.start.map { String(decoding: tokenizer.pieces[Int($0)], as: UTF8.self) }
        self.init(
            decoder: decoder, tokenizer: tokenizer,
            layout: try ChatLayout(template: words.template, file: words.file, start: start, end: words.end), ends: ends, pool: pool,
            contextTokens: contextTokens)
    }
}

/// What a checkpoint folder says of conversations: its template and the tokens it names.
private struct ChatWords {
    var template: String?
    /// Where the template was found.
    var file: String
    var start: String?
    var end: String?

    init(folder: CheckpointFolder) throws(CheckpointError) {
        file = folder.path
        if let path = folder.existing("tokenizer_config.json") {
            let settings = try SettingsFile(path: path)
            file = path
            start = Self.token(settings.present("bos_token"))
            end = Self.token(settings.present("eos_token"))
            if let text = settings.present("chat_template") as? String {
                template = text
            } else if let list = settings.present("chat_template") as? [[String: Any]] {
                template = (list.first { $0["name"] as? String == "default" } ?? list.first)?["template"] as? String
            }
        }
        if let path = folder.existing("chat_template.jinja") {
            let mapped = try MappedFile(path: path)
            guard mapped.bytes.count <= 1 << 20 else { throw CheckpointError(.outOfBounds, file: path, "is larger than a megabyte") }
            template = withExtendedLifetime(mapped) { String(decoding: mapped.bytes, as: UTF8.self) }
            file = path
        }
    }

    /// Tokens are texts, or objects that have one.
    private static func token(_ value: Any?) -> String? {
        value as? String ?? (value as? [String: Any])?["content"] as? String
    }
}
