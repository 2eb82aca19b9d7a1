import Inference
import Jobs
import Logging
import Memory
import Support

/// Writes one line in a person's manner: asks whether that is still allowed, finds examples, lets a model try a few times, drops what
/// may not be said, and records the best. Trains nothing.
struct CloneWorker: Worker {
    static let kind = CloneOrder.kind

    let clones: CloneStore
    let shelf: StyleShelf
    /// Nil: none is configured; then the pocket voice speaks.
    let model: (any TextModel)?
    let preset: VoicePreset
    let cleaner: LineCleaner
    let randomness: @Sendable () -> UInt64
    let logger: Logger

    private struct Summary: Codable {
        var line: String?
    }

    func work(_ job: Job, _ context: any JobContext) async throws -> WorkResult {
        guard let order = try? job.arguments.decode(CloneOrder.self) else {
            throw WorkFailure(
                JobFailure(code: "arguments-unreadable", message: "the job's arguments are of another version"), retry: .never)
        }
        guard let clone = try await clones.clone(order.clone), clone.state == .active else {
            await shelf.drop(order.clone)
            return .completed([try CloneAnswer.failed(reason: ClonesText.noLongerAllowed).delivery(for: job.requestID, order)])
        }
        let recorded: JobOutput
        if let known = try await context.recordedOutput() {
            recorded = known
        } else {
            let line = try await line(order, clone)
            recorded = try await context.record(JobOutput(summary: try JobPayload(encoding: Summary(line: line))))
        }
        let line = try? recorded.summary.decode(Summary.self).line
        let answer = line.map { CloneAnswer.said($0) } ?? .failed(reason: ClonesText.nothingFit(clone.name))
        return .completed([try answer.delivery(for: job.requestID, order)])
    }

    private func line(_ order: CloneOrder, _ clone: Clone) async throws -> String? {
        let style = try await shelf.index(of: clone)
        guard !style.examples.isEmpty else {
            throw WorkFailure(
                JobFailure(code: "clone-untaught", message: "the clone has no examples", userMessage: ClonesText.untaught(clone.name)),
                retry: .never)
        }
        let about = order.message?.text ?? order.topic
        let examples = style.examples(for: about, limit: ClonePrompt.examples, draw: draw)
        let others = order.recent.map(\.name) + [order.message?.name].compactMap(\.self)
        var lines: [String] = []
        for written in try await tries(order, clone, examples, style) {
            try Task.checkCancellation()
            if let line = cleaner.line(from: written, name: clone.name, others: others, leaks: style.leaks) { lines.append(line) }
        }
        return preset.choose(lines, style: style, message: about, before: order.before)
    }

    private func tries(_ order: CloneOrder, _ clone: Clone, _ examples: [CloneExample], _ style: StyleIndex) async throws -> [String] {
        guard let model else {
            // What has to do with the message leads more often.
            let voice = PocketVoice(examples + examples + style.examples.prefix(2_000))
            return (0..<(preset.tries * 8)).compactMap { _ in voice.line(draw: draw) }
        }
        var shown = examples
        var messages = prompt(order, clone, shown)
        while try await model.countTokens(messages) + 160 > model.card.contextTokens, !shown.isEmpty {
            shown = Array(shown.prefix(shown.count / 2))
            messages = prompt(order, clone, shown)
        }
        let requests = (0..<preset.tries).map { _ in
            TextRequest(messages: messages, options: preset.options(draw: draw, seed: randomness() >> 33), prefixKey: "clone \(clone.id)")
        }
        return try await withThrowingTaskGroup(of: String.self) { group in
            for request in requests { group.addTask { try await write(request, model) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func prompt(_ order: CloneOrder, _ clone: Clone, _ examples: [CloneExample]) -> [ChatMessage] {
        ClonePrompt.messages(name: clone.name, examples: examples, recent: order.recent, message: order.message, topic: order.topic)
    }

    private func write(_ request: TextRequest, _ model: any TextModel) async throws -> String {
        do {
            var text = ""
            for try await event in model.stream(request) {
                if case .text(let more) = event { text += more }
                // A line is short; a model that goes on is told to stop by ending the iteration.
                if text.utf8.count > 4 * LineCleaner.longest { break }
            }
            return text
        } catch let error as ModelError {
            throw WorkFailure(
                JobFailure(code: "model-\(error.code.rawValue)", message: error.details, userMessage: error.userMessage),
                retry: error.retryAfter.map { .after($0) } ?? (error.isTransient ? .backoff : .never))
        }
    }

    private var draw: () -> Double { { [randomness] in Double(randomness() >> 11) * 0x1p-53 } }
}
