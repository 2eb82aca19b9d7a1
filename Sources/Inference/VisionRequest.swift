/// What a vision model is asked: a picture and words about it, after examples of how to answer.
public struct VisionRequest: Sendable, Hashable {
    /// Where the picture stands in a prompt; in front of the words where it is not named.
    public static let imageMark = "<image>"

    /// One picture with the answer that it got.
    public struct Example: Sendable, Hashable {
        /// Encoded, PNG or JPEG.
        public var image: [UInt8]
        /// May hold ``imageMark`` once.
        public var prompt: String
        public var answer: String

        public init(image: [UInt8], prompt: String, answer: String) {
            self.image = image
            self.prompt = prompt
            self.answer = answer
        }
    }

    /// In the order in which they are shown.
    public var examples: [Example]
    /// Encoded, PNG or JPEG.
    public var image: [UInt8]
    /// May hold ``imageMark`` once.
    public var prompt: String
    /// Whether prompts are instructions to follow, and not the beginning of what is written.
    public var isInstruction: Bool
    public var options: VisionOptions
    /// Requests with the same key begin with the same examples: what was worked out for them may be kept.
    public var prefixKey: String?

    public init(
        examples: [Example] = [], image: [UInt8], prompt: String, isInstruction: Bool = false, options: VisionOptions = VisionOptions(),
        prefixKey: String? = nil
    ) {
        self.examples = examples
        self.image = image
        self.prompt = prompt
        self.isInstruction = isInstruction
        self.options = options
        self.prefixKey = prefixKey
    }

    /// All pictures, in the order of their marks in ``flamingoPrompt`` and of their messages in ``chatMessages``.
    public var images: [[UInt8]] { examples.map(\.image) + [image] }
}

/// How a request is said to a model. Two ways of saying the same, without I/O.
extension VisionRequest {
    /// What ends a picture and its words for a Flamingo model.
    public static let endOfChunk = "<|endofchunk|>"

    /// For models that continue a text with pictures in it: each example a finished chunk, then the unfinished one.
    ///
    /// A chunk is `<image>prompt answer<|endofchunk|>`; of an instruction, the prompt stands in a template. The models' own marks
    /// in people's words are dropped, so that nobody ends a chunk or adds a picture by writing so.
    /// Source: Alayrac et al., 2022, section 3.3; the format is OpenFlamingo's.
    public var flamingoPrompt: String {
        let finished = examples.map { example in
            let opening = opening(example.prompt)
            let answer = Self.plain(example.answer)
            let needsSpace = !(opening.last?.isWhitespace ?? true) && !opening.hasSuffix(Self.imageMark)
            return opening + (needsSpace ? " " : "") + answer + Self.endOfChunk
        }
        return finished.joined() + opening(prompt)
    }

    /// For chat models that see: a user shows a picture and asks, the assistant answers, again for each example.
    ///
    /// Where examples are there, a first message says what they are for; a prompt that is the beginning of an answer says so.
    public var chatMessages: [ChatMessage] {
        var messages: [ChatMessage] = []
        if !examples.isEmpty {
            messages.append(
                ChatMessage(
                    .system,
                    "The first answers are examples. Answer about the last picture in exactly their form and length, and add nothing."))
        }
        for example in examples {
            messages.append(ChatMessage(.user, question(example.prompt), images: [example.image]))
            messages.append(ChatMessage(.assistant, Self.plain(example.answer)))
        }
        messages.append(ChatMessage(.user, question(prompt), images: [image]))
        return messages
    }

    /// The beginning of a chunk, with exactly one mark for its picture.
    private func opening(_ prompt: String) -> String {
        let (before, after) = Self.halves(prompt)
        guard isInstruction else { return before + Self.imageMark + after }
        return "\(Self.imageMark)### Instruction:\n\(Self.words(prompt))\n\n### Response:\n"
    }

    /// Words of a user's message; its picture stands before them.
    private func question(_ prompt: String) -> String {
        let words = Self.words(prompt)
        if words.isEmpty { return examples.isEmpty ? "Describe this picture." : "Answer about this picture." }
        guard !isInstruction, words.hasSuffix(":") || Self.isBeginning(words) else { return words }
        return "Complete this about the picture, and write only what comes next: \(words)"
    }

    /// Whether words look like the beginning of a sentence that the model should go on with, as `An image of`.
    private static func isBeginning(_ words: String) -> Bool {
        guard let last = words.split(separator: " ").last else { return false }
        return ["a", "an", "the", "of", "is", "are", "with", "shows", "in", "on"].contains(last.lowercased())
    }

    /// A prompt without marks, as one piece.
    private static func words(_ prompt: String) -> String {
        let (before, after) = halves(prompt)
        return [before, after].map { $0.trimmed() }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// What stands before and after the first mark, without any other.
    private static func halves(_ prompt: String) -> (before: String, after: String) {
        guard let mark = prompt.firstRange(of: imageMark) else { return ("", plain(prompt)) }
        return (plain(String(prompt[..<mark.lowerBound])), plain(String(prompt[mark.upperBound...])))
    }

    /// Without anything that models take for a mark.
    private static func plain(_ text: String) -> String {
        var text = text
        // Dropping one may make another of what stood around it.
        while let mark = [imageMark, endOfChunk].lazy.compactMap({ text.firstRange(of: $0) }).first { text.removeSubrange(mark) }
        return text
    }
}

extension String {
    fileprivate func trimmed() -> String {
        var kept = self[...]
        while kept.first?.isWhitespace == true { kept.removeFirst() }
        while kept.last?.isWhitespace == true { kept.removeLast() }
        return String(kept)
    }
}
