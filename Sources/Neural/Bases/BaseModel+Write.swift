// Several texts at once, each from a beginning of its own and in a manner of its own: each pass reads one new token of every text that
// goes on, and rows of different adapters stand side by side.

/// One text to write.
public struct BaseVoice: Sendable {
    enum Beginning: Sendable {
        case text(String)
        /// Of what a message is answered with, or of something new.
        case reply(String?)
    }

    let beginning: Beginning
    public var options: WritingOptions
    /// In whose manner; nil: the base's own.
    public var adapter: LoRAAdapter?

    public init(beginning: String, options: WritingOptions, adapter: LoRAAdapter? = nil) {
        self.beginning = .text(beginning)
        self.options = options
        self.adapter = adapter
    }

    /// An answer, as ``ReplyText`` teaches it.
    public init(replyTo message: String?, options: WritingOptions, adapter: LoRAAdapter?) {
        beginning = .reply(message)
        self.options = options
        self.adapter = adapter
    }
}

extension BaseModel {
    /// Writes on from one beginning.
    ///
    /// - Parameter options: of each text; their count is the number of texts.
    /// - Returns: what was written after the beginning, up to `<|endoftext|>` or a stop.
    public func write(after beginning: String, _ options: [WritingOptions]) throws -> [String] {
        try write(options.map { BaseVoice(beginning: beginning, options: $0) })
    }

    /// Writes on from several beginnings, in the order of the voices. A beginning is cut from the front where it leaves no room.
    public func write(_ voices: [BaseVoice]) throws -> [String] { try write(voices, decoder) }

    private func write<Decoder: AdaptedDecoder>(_ voices: [BaseVoice], _ decoder: Decoder) throws -> [String] {
        let prompts = voices.map(prompt)
        guard !voices.isEmpty, prompts.allSatisfy({ !$0.isEmpty }) else { return voices.map { _ in "" } }
        let pages = decoder.makePool(bytes: .max / 2)
        let workspace = decoder.makeWorkspace(rows: max(prompts.map(\.count).max() ?? 1, voices.count))
        let logits = FloatBuffer(count: voices.count * decoder.vocabulary)

        var texts: [SampledText] = []
        for (index, voice) in voices.enumerated() {
            let row = logits.start + index * decoder.vocabulary
            // The same beginning in the same manner is read once.
            if let same = (0..<index).first(where: { prompts[$0] == prompts[index] && voices[$0].adapter === voice.adapter }) {
                row.update(from: logits.start + same * decoder.vocabulary, count: decoder.vocabulary)
                texts.append(SampledText(voice, texts[same].sequence))
                continue
            }
            try Task.checkCancellation()
            var sequence = KeyValueSequence(pages)
            sequence.extend(by: prompts[index][...])
            decoder.forward(
                [Decoder.part(sequence, count: prompts[index].count, logits: 1, voice.adapter)], workspace: workspace, logits: row,
                pool: pool)
            texts.append(SampledText(voice, sequence))
        }

        var going = Array(texts.indices)
        while !going.isEmpty {
            try Task.checkCancellation()
            for (row, text) in going.enumerated() {
                texts[text].take(
                    UnsafeMutableBufferPointer(start: logits.start + row * decoder.vocabulary, count: decoder.vocabulary), tokenizer,
                    end: end)
            }
            going = going.filter { !texts[$0].isOver && texts[$0].sequence.tokens.count < contextTokens }
            guard !going.isEmpty else { break }
            let parts = going.map { text in
                texts[text].sequence.extend(by: [texts[text].tokens[texts[text].tokens.count - 1]])
                return Decoder.part(texts[text].sequence, count: 1, logits: 1, texts[text].adapter)
            }
            decoder.forward(parts, workspace: workspace, logits: logits.start, pool: pool)
        }
        return texts.map { $0.text(tokenizer) }
    }

    private func prompt(_ voice: BaseVoice) -> [Int32] {
        let tokens =
            switch voice.beginning {
            case .text(let text): tokenizer.encode(text)
            case .reply(let message): replies.beginning(message)
            }
        let prompt = Array(tokens.suffix(max(1, contextTokens - voice.options.maxTokens)))
        return prompt.isEmpty ? end.map { [$0] } ?? [] : prompt
    }
}

/// One of several texts that go on.
private struct SampledText {
    var sequence: KeyValueSequence
    var sampler: TokenSampler
    let options: WritingOptions
    let adapter: LoRAAdapter?
    private(set) var tokens: [Int32] = []
    private(set) var isOver = false

    init(_ voice: BaseVoice, _ sequence: KeyValueSequence) {
        self.sequence = sequence
        sampler = TokenSampler(voice.options, text: sequence.tokens)
        options = voice.options
        adapter = voice.adapter
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
