// A Flamingo as its users see it: a checkpoint folder with its tokenizer, words and pictures in, words out.
import Foundation

/// How an answer is written.
public struct FlamingoOptions: Sendable, Hashable {
    /// Tokens at most.
    public var maxTokens = 20
    /// Continuations kept beside one another.
    public var beams = 3
    public var lengthPenalty = 1.0
    public var earlyStopping = false
    public var repetitionPenalty = 1.0
    public var noRepeatNgramSize = 0
    /// Tokens are drawn with these, in each beam where there are several; nil: the likeliest text is searched.
    public var drawing: WritingOptions?

    public init() {}
}

/// Loaded once. Answers one request at a time: whoever comes meanwhile waits.
public final class FlamingoModel: @unchecked Sendable {
    public struct Answer: Sendable, Hashable {
        public var text: String
        /// Whether it ended because it had reached its longest length.
        public var isCut: Bool
        public var promptTokens: Int
        public var writtenTokens: Int
        /// Of the prompt, tokens that were still known from an earlier request.
        public var cachedTokens: Int
    }

    /// Bytes for keys and values of texts.
    private static let memory = 1 << 30

    /// Pixels of a picture's side.
    public let side: Int
    private let model: Flamingo
    private let tokenizer: TextTokenizer
    /// Owned by whoever holds the lock.
    private let desk: FlamingoDesk
    private let lock = NSLock()

    /// Reads a folder that Training/convert/open_flamingo.py has made. Blocks while weights are read and arranged.
    /// - Parameter threads: that a pass may use; nil: one for each active processor.
    public init(folder path: String, threads: Int? = nil) throws(CheckpointError) {
        model = try Flamingo(folder: path)
        let folder = try CheckpointFolder(path: path, expects: "config.json, model.safetensors and tokenizer.json")
        guard let json = folder.existing("tokenizer.json") else {
            throw CheckpointError(.unreadable, file: path, "has no tokenizer.json")
        }
        tokenizer = try TextTokenizer(json: json, vocabularySize: model.sizes.text.vocabulary)
        side = model.sizes.vision.side
        desk = FlamingoDesk(model, pool: ComputePool(threads: threads), bytes: Self.memory)
    }

    /// Writes what comes after a prompt with `<image>` for each picture.
    ///
    /// - Parameters:
    ///   - pictures: [side][side][3] each, in the order of their marks.
    ///   - goesOn: asked after each token; false ends the answer.
    /// - Throws: a sentence where prompt and pictures do not fit.
    public func write(
        _ prompt: String, pictures: [[UInt8]], options: FlamingoOptions, goesOn: () -> Bool = { true }
    ) throws -> Answer {
        let tokens = encode(prompt)
        guard tokens.count + options.maxTokens <= model.sizes.text.context else {
            throw FlamingoDesk.Misfit(
                description: "the prompt has \(tokens.count) tokens; with the answer, \(model.sizes.text.context) fit")
        }
        let ends = model.sizes.text.ends.union([model.sizes.endOfChunk])
        let way: FlamingoDesk.Way
        if let drawing = options.drawing, options.beams <= 1 {
            way = .sample(TokenSampler(drawing, text: tokens), limit: options.maxTokens, noRepeatNgramSize: options.noRepeatNgramSize)
        } else {
            way = .search(
                BeamSearch.Settings(
                    beams: max(1, options.beams), limit: max(1, options.maxTokens), lengthPenalty: options.lengthPenalty,
                    earlyStopping: options.earlyStopping, ends: ends, repetitionPenalty: options.repetitionPenalty,
                    noRepeatNgramSize: options.noRepeatNgramSize, drawing: options.drawing))
        }
        let answer = try lock.withLock { try desk.write(tokens, pictures: pictures, way, goesOn: { _ in goesOn() }) }
        let kept = answer.tokens.last.map { ends.contains($0) } == true ? answer.tokens.dropLast() : answer.tokens[...]
        return Answer(
            text: tokenizer.decode(Array(kept)), isCut: kept.count == answer.tokens.count, promptTokens: tokens.count,
            writtenTokens: kept.count, cachedTokens: answer.cachedTokens)
    }

    /// Only the marks of pictures and chunks are tokens of the model's own; nothing else in the words becomes one.
    private func encode(_ prompt: String) -> [Int32] {
        var (text, rest) = ("", prompt[...])
        while let mark = ["<image>", "<|endofchunk|>"].compactMap({ rest.firstRange(of: $0) }).min(by: { $0.lowerBound < $1.lowerBound }) {
            text += tokenizer.guarded(String(rest[..<mark.lowerBound])) + rest[mark]
            rest = rest[mark.upperBound...]
        }
        let tokens = tokenizer.encode(text + tokenizer.guarded(String(rest)))
        guard tokenizer.addsStart, let start = tokenizer.start, tokens.first != start else { return tokens }
        return [start] + tokens
    }
}
