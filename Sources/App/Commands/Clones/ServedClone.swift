import Features
import Inference
import Jobs
import Memory

/// A clone behind the port of text models: it answers the last thing that was said to it, as it would in Discord.
///
/// Whether the person still allows it is looked up for each answer.
struct ServedClone: TextModel {
    let card: TextModelCard
    private let id: Clone.ID
    private let clones: CloneStore
    private let writer: CloneWriter

    /// - Parameter name: by which it is asked for.
    init(_ clone: Clone, name: String, clones: CloneStore, writer: CloneWriter) {
        card = TextModelCard(name: name, summary: "AI of @\(clone.name)", contextTokens: 4_096)
        id = clone.id
        self.clones = clones
        self.writer = writer
    }

    /// All that may be served, with names that tell them apart.
    static func all(_ clones: [Clone], in store: CloneStore, writer: CloneWriter) -> [ServedClone] {
        var counts: [String: Int] = [:]
        for clone in clones { counts[clone.name, default: 0] += 1 }
        return clones.map { clone in
            let name = counts[clone.name] == 1 ? clone.name : "\(clone.name) \(clone.person) \(clone.guild)"
            return ServedClone(clone, name: name, clones: store, writer: writer)
        }
    }

    func stream(_ request: TextRequest) -> AsyncThrowingStream<TextEvent, any Error> {
        AsyncThrowingStream { continuation in
            let writing = Task {
                do {
                    let line = try await line(request.messages)
                    continuation.yield(.text(line))
                    let usage = TextUsage(promptTokens: try await countTokens(request.messages), completionTokens: Self.tokens(line))
                    continuation.yield(.finished(TextCompletion(finishReason: .stop, usage: usage)))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in writing.cancel() }
        }
    }

    /// An estimate, of what it reads: the last message.
    func countTokens(_ messages: [ChatMessage]) async throws -> Int { Self.tokens(Self.said(messages)) }

    private func line(_ messages: [ChatMessage]) async throws -> String {
        guard let clone = try await clones.clone(id) else { throw refusal("the person took their word back") }
        guard clone.state == .active else { throw refusal("the person paused it") }
        let before = messages.filter { $0.role == .assistant }.suffix(5).map(\.content)
        do {
            guard let line = try await writer.line(of: clone, to: Self.said(messages), by: "you", before: before) else {
                throw refusal("nothing that it has to say may be said")
            }
            return line
        } catch let failure as WorkFailure {
            guard let reason = failure.failure.userMessage else {
                throw ModelError(.failed, model: card.name, details: failure.failure.message)
            }
            throw refusal(reason)
        }
    }

    private func refusal(_ reason: String) -> ModelError { ModelError(.invalidRequest, model: card.name, details: reason) }

    private static func said(_ messages: [ChatMessage]) -> String { messages.last { $0.role == .user }?.content ?? "" }

    private static func tokens(_ text: String) -> Int { text.utf8.count / 3 + 1 }
}
