import Inference
import Neural
import Synchronization

/// A checkpoint of the LLaMA family on disk, run by Troupe's own engine, behind the port ``TextModel``.
///
/// It is read when it is first needed, once, and stays. All conversations are written side by side, on threads of its own;
/// a conversation's next turn does not read again what the one before has read.
public final class NeuralTextModel: TextModel {
    private let named: TextModelCard
    private let path: String
    private let threads: Int?
    private let contextTokens: Int?
    private let seeds: @Sendable () -> UInt64
    private let loaded = Mutex<TextWriter?>(nil)

    /// Tokens an answer may have where nobody says.
    private static let usualAnswer = 1024
    /// Tokens of context that a card names until the checkpoint was read, where nobody says.
    private static let usualContext = 4096

    /// - Parameters:
    ///   - name: what users see and pick.
    ///   - path: a checkpoint folder as Hugging Face has it.
    ///   - contextTokens: at most so many tokens of context; nil: 4,096, or less where the model has less.
    ///   - threads: that the model may use; nil is one for each processor.
    ///   - seeds: draws the seed of an answer that was asked for without one.
    public init(
        name: String, summary: String, path: String, contextTokens: Int? = nil, defaults: TextOptions = TextOptions(),
        threads: Int? = nil, seeds: @escaping @Sendable () -> UInt64
    ) {
        named = TextModelCard(name: name, summary: summary, contextTokens: contextTokens ?? Self.usualContext, defaults: defaults)
        self.path = path
        self.threads = threads
        self.contextTokens = contextTokens
        self.seeds = seeds
    }

    /// True of the checkpoint once it was read.
    public var card: TextModelCard {
        var card = named
        if let writer = loaded.withLockIfAvailable({ $0 }) ?? nil { card.contextTokens = writer.model.contextTokens }
        return card
    }

    /// Reads the checkpoint now, so that the first answer need not wait and a damaged file shows at the start.
    ///
    /// - Throws: ``ModelError`` whose details name the file, the tensor and the offset.
    public func warmUp() async throws {
        _ = try await onThread { _ in () }
    }

    public func countTokens(_ messages: [ChatMessage]) async throws -> Int {
        try await prompt(messages).tokens.count
    }

    public func stream(_ request: TextRequest) -> AsyncThrowingStream<TextEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await self.write(request) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func write(_ request: TextRequest, _ tell: @Sendable (TextEvent) -> Void) async throws {
        guard request.messages.allSatisfy(\.images.isEmpty) else {
            throw ModelError(.invalidRequest, model: named.name, details: "it does not see pictures")
        }
        let (writer, tokens) = try await prompt(request.messages)
        var options = request.options.filled(from: named.defaults)
        options.stop += writer.model.layoutStops
        var splitter = ReasoningSplitter()
        for await event in writer.write(tokens, Self.writing(options, seed: options.seed ?? seeds())) {
            switch event {
            case .text(let text): for event in splitter.feed(text) { tell(event) }
            case .finished(let finish):
                for event in splitter.finish() { tell(event) }
                let usage = TextUsage(
                    promptTokens: finish.promptTokens, completionTokens: finish.writtenTokens, cachedTokens: finish.cachedTokens)
                return tell(.finished(TextCompletion(finishReason: finish.reason == .stop ? .stop : .length, usage: usage)))
            case .failed(let error):
                let code: ModelError.Code = if case .promptTooLong = error { .invalidRequest } else { .failed }
                throw ModelError(code, model: named.name, details: error.description)
            }
        }
        throw CancellationError()
    }

    private static func writing(_ options: TextOptions, seed: UInt64) -> WritingOptions {
        WritingOptions(
            maxTokens: options.maxTokens ?? usualAnswer, temperature: options.temperature ?? 1, topP: options.topP ?? 1,
            topK: options.topK ?? 0, minP: options.minP ?? 0, repetitionPenalty: options.repetitionPenalty ?? 1, stop: options.stop,
            seed: seed)
    }

    /// The conversation as the model reads it.
    private func prompt(_ messages: [ChatMessage]) async throws -> (writer: TextWriter, tokens: [Int32]) {
        try await onThread { writer in
            do {
                return (writer, try writer.model.prompt(messages.map { ChatTurn(role: $0.role.rawValue, content: $0.content) }))
            } catch let error as ChatLayoutError {
                throw ModelError(.invalidRequest, model: self.named.name, details: error.description)
            }
        }
    }

    private func onThread<Value: Sendable>(_ work: @escaping @Sendable (TextWriter) throws -> Value) async throws -> Value {
        try await DedicatedThread.run(name: "troupe.\(named.name)") { cancellation in
            let writer = try self.writer()
            if cancellation.isCancelled { throw CancellationError() }
            return try work(writer)
        }
    }

    /// The loaded checkpoint; whoever comes while it is being read waits, on its own thread.
    private func writer() throws -> TextWriter {
        try loaded.withLock { loaded in
            if let loaded { return loaded }
            do {
                let writer = TextWriter(try LanguageModel.load(path: path, threads: threads, contextTokens: contextTokens))
                loaded = writer
                return writer
            } catch {
                throw ModelError(.failed, model: named.name, details: "\(error)")
            }
        }
    }
}
