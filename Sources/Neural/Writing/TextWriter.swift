// Writes texts for any number of callers at once. Requests come from any thread; one thread of its own works as long as there
// is something to write, and ends when there is nothing. What to do in which order is `WritingDesk`'s business.
import Foundation
import Synchronization

public final class TextWriter: Sendable {
    /// What is told of a text while it is written.
    public enum Event: Sendable, Hashable {
        /// More of it; whole characters only.
        case text(String)
        /// The end; nothing follows.
        case finished(Finish)
        /// It cannot go on; nothing follows.
        case failed(WritingError)
    }

    /// How a text ended.
    public struct Finish: Sendable, Hashable {
        public enum Reason: Sendable, Hashable {
            /// The model had said all, or met a stop sequence.
            case stop
            /// As long as was asked for, or as the model's context.
            case length
        }

        public let reason: Reason
        public let promptTokens: Int
        public let writtenTokens: Int
        /// Of the prompt's, those that an earlier text had already read.
        public let cachedTokens: Int
    }

    public let model: LanguageModel
    private let desk: Desk
    private let inbox = Mutex(Inbox())

    private struct Inbox {
        var arrived: [(id: Int, prompt: [Int32], options: WritingOptions, tell: @Sendable (Event) -> Void)] = []
        var cancelled: [Int] = []
        var next = 0
        var isWorking = false
    }

    /// Whoever set `isWorking` owns the desk until they unset it.
    private final class Desk: @unchecked Sendable {
        let desk: WritingDesk
        init(_ desk: WritingDesk) { self.desk = desk }
    }

    public convenience init(_ model: LanguageModel) { self.init(model, limits: WritingDesk.Limits()) }

    init(_ model: LanguageModel, limits: WritingDesk.Limits) {
        self.model = model
        desk = Desk(WritingDesk(model, limits: limits))
    }

    /// The text that follows a prompt, while it is written. Ending the iteration stops the writing within a token.
    public func write(_ prompt: [Int32], _ options: WritingOptions) -> AsyncStream<Event> {
        AsyncStream { continuation in
            guard
                let id = begin(
                    prompt, options,
                    tell: { event in
                        continuation.yield(event)
                        if case .text = event { return }
                        continuation.finish()
                    })
            else { return }
            continuation.onTermination = { reason in
                if case .cancelled = reason { self.cancel(id) }
            }
        }
    }

    /// - Parameter tell: is called on the working thread, and must be quick.
    private func begin(_ prompt: [Int32], _ options: WritingOptions, tell: @escaping @Sendable (Event) -> Void) -> Int? {
        let vocabulary = model.decoder.sizes.vocabulary
        guard !prompt.isEmpty, prompt.allSatisfy({ (0..<vocabulary).contains(Int($0)) }) else {
            tell(.failed(.badPrompt))
            return nil
        }
        guard prompt.count < model.contextTokens else {
            tell(.failed(.promptTooLong(tokens: prompt.count, limit: model.contextTokens)))
            return nil
        }
        let (id, mustStart) = inbox.withLock { inbox in
            let id = inbox.next
            inbox.next += 1
            inbox.arrived.append((id, prompt, options, tell))
            defer { inbox.isWorking = true }
            return (id, !inbox.isWorking)
        }
        if mustStart {
            let thread = Thread { self.work() }
            thread.name = "troupe.writer"
            thread.stackSize = 4 << 20
            thread.start()
        }
        return id
    }

    private func cancel(_ id: Int) {
        inbox.withLock { inbox in
            let waiting = inbox.arrived.count
            inbox.arrived.removeAll { $0.id == id }
            if inbox.arrived.count == waiting, inbox.isWorking { inbox.cancelled.append(id) }
        }
    }

    private func work() {
        let desk = desk.desk
        while true {
            let (arrived, cancelled, goesOn) = inbox.withLock { inbox in
                defer { (inbox.arrived, inbox.cancelled) = ([], []) }
                if inbox.arrived.isEmpty, desk.isIdle { inbox.isWorking = false }
                return (inbox.arrived, inbox.cancelled, inbox.isWorking)
            }
            guard goesOn else { return }
            for id in cancelled { desk.cancel(id: id) }
            for text in arrived { desk.begin(id: text.id, prompt: text.prompt, options: text.options, tell: text.tell) }
            desk.step()
        }
    }
}

/// Why a text could not be written.
public enum WritingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The prompt leaves no room for an answer.
    case promptTooLong(tokens: Int, limit: Int)
    /// No tokens, or some that the model does not have.
    case badPrompt
    /// The model computed something that is no number: its weights are damaged.
    case notFinite

    public var description: String {
        switch self {
        case .promptTooLong(let tokens, let limit): "the conversation has \(tokens) tokens, and the model reads at most \(limit)"
        case .badPrompt: "the prompt has no tokens, or some that the model does not have"
        case .notFinite: "the model computed something that is no number; its weights are damaged"
        }
    }
}
