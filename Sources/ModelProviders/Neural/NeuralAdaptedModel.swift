import Foundation
import Inference
import Neural
import Synchronization

/// A GPT-2 or a LLaMA on disk with the adapters of persons beside it, behind the port ``AdaptedModel``.
///
/// The base is read when it is first needed, once, and stays. Requests that wait while others are written are written next, all in one
/// batch, each row with its own person's adapter.
public final class NeuralAdaptedModel: AdaptedModel {
    /// Texts of one batch.
    static let widestBatch = 64
    private static let usualAnswer = 100

    public let name: String
    private let path: String
    private let threads: Int?
    private let shelf = AdapterShelf()
    private let loaded = Mutex<BaseModel?>(nil)
    private let desk = Mutex(Desk())

    private struct Waiting {
        var voices: [BaseVoice]
        var answer: CheckedContinuation<[String], any Error>
    }

    private struct Desk {
        var waiting: [Waiting] = []
        var isWorking = false
    }

    /// - Parameter path: a checkpoint as ``BaseModel/load(path:threads:)`` reads it.
    public init(name: String, path: String, threads: Int? = nil) {
        self.name = name
        self.path = path
        self.threads = threads
    }

    public func base() async throws -> String {
        try await DedicatedThread.run(name: "troupe.\(name)") { _ in try self.model().fingerprint }
    }

    public func write(_ request: AdaptedRequest) async throws -> [String] {
        let (model, adapter) = try await take(request)
        let voices = request.options.map { BaseVoice(replyTo: request.message, options: Self.writing($0, model), adapter: adapter) }
        guard !voices.isEmpty else { return [] }
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            let mustStart = desk.withLock { desk in
                desk.waiting.append(Waiting(voices: voices, answer: continuation))
                defer { desk.isWorking = true }
                return !desk.isWorking
            }
            guard mustStart else { return }
            let thread = Thread { self.work(model) }
            thread.name = "troupe.\(name)"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    /// Until nobody waits.
    private func work(_ model: BaseModel) {
        while true {
            let batch = desk.withLock { desk -> [Waiting] in
                var batch: [Waiting] = []
                var texts = 0
                while let next = desk.waiting.first, batch.isEmpty || texts + next.voices.count <= Self.widestBatch {
                    batch.append(desk.waiting.removeFirst())
                    texts += next.voices.count
                }
                desk.isWorking = !batch.isEmpty
                return batch
            }
            if batch.isEmpty { return }
            do {
                var texts = try model.write(batch.flatMap(\.voices))[...]
                for waiting in batch {
                    waiting.answer.resume(returning: Array(texts.prefix(waiting.voices.count)))
                    texts = texts.dropFirst(waiting.voices.count)
                }
            } catch {
                for waiting in batch { waiting.answer.resume(throwing: ModelError(.failed, model: name, details: "\(error)")) }
            }
        }
    }

    private func take(_ request: AdaptedRequest) async throws -> (BaseModel, LoRAAdapter?) {
        guard let name = request.adapter else {
            return try await DedicatedThread.run(name: "troupe.\(self.name)") { _ in (try self.model(), nil) }
        }
        if let adapter = shelf.adapter(name), let model = loaded.withLockIfAvailable({ $0 }) ?? nil { return (model, adapter) }
        guard let files = try await request.files() else {
            shelf.drop(name)
            throw ModelError(.invalidRequest, model: self.name, details: "the adapter is not there any more")
        }
        return try await DedicatedThread.run(name: "troupe.\(self.name)") { _ in
            let model = try self.model()
            do {
                return (model, try self.shelf.put(name, settings: files.settings, weights: files.weights, for: model))
            } catch {
                throw ModelError(.failed, model: self.name, details: "\(error)")
            }
        }
    }

    /// The loaded base; whoever comes while it is being read waits, on its own thread.
    private func model() throws -> BaseModel {
        try loaded.withLock { loaded in
            if let loaded { return loaded }
            do {
                let model = try BaseModel.load(path: path, threads: threads)
                loaded = model
                return model
            } catch {
                throw ModelError(.failed, model: name, details: "\(error)")
            }
        }
    }

    private static func writing(_ options: TextOptions, _ model: BaseModel) -> WritingOptions {
        // Half of a small base's context is left to what is answered.
        WritingOptions(
            maxTokens: min(options.maxTokens ?? usualAnswer, model.contextTokens / 2), temperature: options.temperature ?? 1,
            topP: options.topP ?? 1, topK: options.topK ?? 0, minP: options.minP ?? 0,
            repetitionPenalty: options.repetitionPenalty ?? 1, stop: options.stop, seed: options.seed ?? 0)
    }
}
