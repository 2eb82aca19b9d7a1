// One text that is being written: what was asked, what was read, and what has been said of it. Reading tokens is the desk's
// work; this type decides what each new token means.

struct WrittenText {
    let id: Int
    let options: WritingOptions
    let tell: @Sendable (TextWriter.Event) -> Void
    let promptTokens: Int
    /// What was read. Empty: not begun, or put back for lack of memory.
    var sequence: KeyValueSequence
    /// Tokens still to be read: of the prompt, or the one just written.
    var unread: [Int32]
    private(set) var written = 0
    var cachedTokens = 0
    private var sampler: TokenSampler
    private var characters = CharacterDecoder()
    private var stops: StopFilter

    init(id: Int, prompt: [Int32], options: WritingOptions, pages: KeyValuePool, tell: @escaping @Sendable (TextWriter.Event) -> Void) {
        self.id = id
        self.options = options
        self.tell = tell
        promptTokens = prompt.count
        sequence = KeyValueSequence(pages)
        unread = prompt
        sampler = TokenSampler(options, text: prompt)
        stops = StopFilter(options.stop)
    }

    /// All tokens: those read and those still to be read.
    var length: Int { sequence.tokens.count + unread.count }
    var hasBegun: Bool { !sequence.tokens.isEmpty }

    /// Goes on with the token that the logits give.
    /// - Returns: whether the text goes on.
    mutating func advance(_ logits: UnsafeMutableBufferPointer<Float>, model: LanguageModel) -> Bool {
        guard let token = sampler.next(logits, step: written) else {
            tell(.failed(.notFinite))
            return false
        }
        if model.ends.contains(token) { return finish(.stop) }
        written += 1
        say(stops.feed(characters.feed(model.tokenizer.bytes(of: token))))
        if stops.isStopped { return finish(.stop) }
        unread = [token]
        if written >= options.maxTokens || length >= model.contextTokens { return finish(.length) }
        return true
    }

    private mutating func finish(_ reason: TextWriter.Finish.Reason) -> Bool {
        say(stops.feed(characters.finish()))
        say(stops.finish())
        tell(
            .finished(
                TextWriter.Finish(reason: reason, promptTokens: promptTokens, writtenTokens: written, cachedTokens: cachedTokens)))
        return false
    }

    private func say(_ text: String) {
        if !text.isEmpty { tell(.text(text)) }
    }
}
