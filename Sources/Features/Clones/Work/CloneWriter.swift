import Inference
import Jobs
import Logging
import Memory
import Support

/// Writes one line in a person's manner: lets what is there try a few times (an adapter that was learnt of them, a chat model that is
/// shown examples, or the pocket voice), drops what may not be said, and takes the best. Trains nothing.
public struct CloneWriter: Sendable {
    let clones: CloneStore
    let shelf: StyleShelf
    /// Nil: none is configured; then the pocket voice speaks.
    let model: (any TextModel)?
    /// The base that adapters stand on, where one is configured.
    let adapted: (any AdaptedModel)?
    /// Whether that base learnt one person whole, without an adapter.
    var isWhole = false
    let preset: VoicePreset
    let cleaner: LineCleaner
    let randomness: @Sendable () -> UInt64
    let logger: Logger

    /// Lines that an adapter tries: they are written in one batch, which costs little more than one of them.
    private static let adaptedTries = 8

    /// What is written for.
    struct Occasion {
        var message: ClonePrompt.Said?
        var topic: String?
        var recent: [ClonePrompt.Said] = []

        var about: String? { message?.text ?? topic }
    }

    /// Answers somebody. Nil where nothing that was written may be said.
    public func line(of clone: Clone, to message: String, by name: String, before: [String] = []) async throws -> String? {
        try await line(of: clone, message: .init(name: name, text: message), topic: nil, recent: [], before: before)
    }

    /// - Parameter before: what the same clone said lately: not again.
    func line(
        of clone: Clone, message: ClonePrompt.Said?, topic: String?, recent: [ClonePrompt.Said], before: [String]
    ) async throws -> String? {
        let occasion = Occasion(message: message, topic: topic, recent: recent)
        let style = try await shelf.index(of: clone)
        guard !style.examples.isEmpty else {
            throw WorkFailure(
                JobFailure(code: "clone-untaught", message: "the clone has no examples", userMessage: ClonesText.untaught(clone.name)),
                retry: .never)
        }
        let others = recent.map(\.name) + [message?.name].compactMap(\.self)
        func fit(_ written: [String]) -> [String] {
            written.compactMap { cleaner.line(from: $0, name: clone.name, others: others, leaks: style.leaks) }
        }
        var lines = fit(try await adaptedTries(occasion, clone) ?? [])
        // Nothing learnt, or nothing fit to say: then what needs no learning.
        if lines.isEmpty { lines = fit(try await tries(occasion, clone, style)) }
        return preset.choose(lines, style: style, message: occasion.about, before: before)
    }

    /// Nil where nothing was learnt on this base.
    private func adaptedTries(_ occasion: Occasion, _ clone: Clone) async throws -> [String]? {
        guard let adapted, clone.mayTrain else { return nil }
        func options() -> [TextOptions] {
            (0..<Self.adaptedTries).map { _ in preset.adaptedOptions(draw: draw, seed: randomness() >> 33) }
        }
        if isWhole {
            return try await asked {
                try await adapted.write(AdaptedRequest(adapter: nil, message: occasion.about, options: options()))
            }
        }
        guard let mark = try await clones.adapterMark(of: clone.id) else { return nil }
        return try await asked {
            guard try await adapted.base() == mark.base else {
                logger.warning("an adapter was learnt on another base and is not used", metadata: ["clone": "\(clone.id)"])
                return nil
            }
            return try await adapted.write(
                AdaptedRequest(
                    adapter: "\(clone.id) \(mark.trainedAt.millisecondsSinceEpoch)", message: occasion.about, options: options(),
                    files: { [clones] in
                        try await clones.adapter(of: clone.id).map { .init(settings: $0.settings, weights: $0.weights) }
                    }))
        }
    }

    private func tries(_ occasion: Occasion, _ clone: Clone, _ style: StyleIndex) async throws -> [String] {
        let examples = style.examples(for: occasion.about, limit: ClonePrompt.examples, draw: draw)
        guard let model else {
            // What has to do with the message leads more often.
            let voice = PocketVoice(examples + examples + style.examples.prefix(2_000))
            return (0..<(preset.tries * 8)).compactMap { _ in voice.line(draw: draw) }
        }
        var shown = examples
        var messages = prompt(occasion, clone, shown)
        while try await model.countTokens(messages) + 160 > model.card.contextTokens, !shown.isEmpty {
            shown = Array(shown.prefix(shown.count / 2))
            messages = prompt(occasion, clone, shown)
        }
        let requests = (0..<preset.tries).map { _ in
            TextRequest(messages: messages, options: preset.options(draw: draw, seed: randomness() >> 33), prefixKey: "clone \(clone.id)")
        }
        return try await withThrowingTaskGroup(of: String.self) { group in
            for request in requests { group.addTask { try await write(request, model) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func prompt(_ occasion: Occasion, _ clone: Clone, _ examples: [CloneExample]) -> [ChatMessage] {
        ClonePrompt.messages(
            name: clone.name, examples: examples, recent: occasion.recent, message: occasion.message, topic: occasion.topic)
    }

    private func write(_ request: TextRequest, _ model: any TextModel) async throws -> String {
        try await asked {
            var text = ""
            for try await event in model.stream(request) {
                if case .text(let more) = event { text += more }
                // A line is short; a model that goes on is told to stop by ending the iteration.
                if text.utf8.count > 4 * LineCleaner.longest { break }
            }
            return text
        }
    }

    /// A model's fault as the queue wants it.
    private func asked<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as ModelError {
            throw WorkFailure(
                JobFailure(code: "model-\(error.code.rawValue)", message: error.details, userMessage: error.userMessage),
                retry: error.retryAfter.map { .after($0) } ?? (error.isTransient ? .backoff : .never))
        }
    }

    private var draw: () -> Double { { [randomness] in Double(randomness() >> 11) * 0x1p-53 } }
}
