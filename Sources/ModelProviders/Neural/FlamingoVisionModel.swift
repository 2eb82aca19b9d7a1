import Inference
import Neural
import Pictures
import Synchronization

/// A Flamingo checkpoint on disk, answered by Troupe's own engine, behind the port ``VisionModel``.
///
/// The checkpoint is read when it is first needed, once, and stays. All computing happens on threads of its own; requests take turns,
/// and what was worked out for a task's examples is there for the next one.
public final class FlamingoVisionModel: VisionModel {
    public let card: VisionModelCard
    private let folder: String
    private let defaults: FlamingoOptions
    private let threads: Int?
    private let seeds: @Sendable () -> UInt64
    private let loaded = Mutex<FlamingoModel?>(nil)

    /// - Parameters:
    ///   - folder: as Training/convert/open_flamingo.py makes it.
    ///   - defaults: how it writes unless something else is wished.
    ///   - threads: that one answer may use; nil is one for each processor.
    ///   - seeds: draws the seed of an answer that was asked for without one.
    public init(
        card: VisionModelCard, folder: String, defaults: FlamingoOptions = FlamingoOptions(), threads: Int? = nil,
        seeds: @escaping @Sendable () -> UInt64
    ) {
        self.card = card
        self.folder = folder
        self.defaults = defaults
        self.threads = threads
        self.seeds = seeds
    }

    /// Reads the checkpoint now, so that the first answer need not wait and a wrong folder shows at the start.
    ///
    /// - Throws: ``ModelError`` whose details name the file, and the tensor or key.
    public func warmUp() async throws {
        _ = try await DedicatedThread.run(name: "troupe.\(card.name)") { _ in try self.model() }
    }

    public func answer(_ request: VisionRequest) -> AsyncThrowingStream<TextEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    let answer = try await DedicatedThread.run(name: "troupe.\(self.card.name)") { cancellation in
                        try self.write(request, goesOn: { !cancellation.isCancelled })
                    }
                    try Task.checkCancellation()
                    if !answer.text.isEmpty { continuation.yield(.text(answer.text)) }
                    continuation.yield(
                        .finished(
                            TextCompletion(
                                finishReason: answer.isCut ? .length : .stop,
                                usage: TextUsage(
                                    promptTokens: answer.promptTokens, completionTokens: answer.writtenTokens,
                                    cachedTokens: answer.cachedTokens))))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func write(_ request: VisionRequest, goesOn: () -> Bool) throws -> FlamingoModel.Answer {
        let model = try model()
        let pictures: [[UInt8]]
        do {
            pictures = try request.images.map { try Self.pixels($0, side: model.side) }
        } catch let error as PictureError {
            throw ModelError(.failed, model: card.name, details: error.description)
        }
        do {
            return try model.write(request.flamingoPrompt, pictures: pictures, options: options(request.options), goesOn: goesOn)
        } catch {
            throw ModelError(.invalidRequest, model: card.name, details: "\(error)")
        }
    }

    private func options(_ wish: VisionOptions) -> FlamingoOptions {
        var options = defaults
        options.maxTokens = wish.maxNewTokens ?? options.maxTokens
        options.beams = wish.numBeams ?? options.beams
        options.lengthPenalty = wish.lengthPenalty ?? options.lengthPenalty
        options.earlyStopping = wish.earlyStopping ?? options.earlyStopping
        options.repetitionPenalty = wish.repetitionPenalty ?? options.repetitionPenalty
        options.noRepeatNgramSize = wish.noRepeatNgramSize ?? options.noRepeatNgramSize
        if wish.samples {
            // Several beams only where they were asked for.
            options.beams = wish.numBeams ?? 1
            options.drawing = WritingOptions(
                maxTokens: options.maxTokens, temperature: wish.temperature ?? 1, topP: wish.topP ?? 1, topK: wish.topK ?? 50,
                repetitionPenalty: options.repetitionPenalty, seed: wish.seed ?? seeds())
        }
        return options
    }

    /// As CLIP wants it: the shorter side scaled to `side`, and the middle cut out. [side][side][3]
    static func pixels(_ bytes: [UInt8], side: Int) throws(PictureError) -> [UInt8] {
        let given = try Picture(decoding: bytes)
        let scale = Double(side) / Double(min(given.width, given.height))
        let width = max(side, Int((Double(given.width) * scale).rounded()))
        let height = max(side, Int((Double(given.height) * scale).rounded()))
        let picture = try given.resized(width: width, height: height)
        let (left, top, channels) = ((width - side) / 2, (height - side) / 2, picture.channels.rawValue)
        var result: [UInt8] = []
        result.reserveCapacity(side * side * 3)
        for row in top..<(top + side) {
            for column in left..<(left + side) {
                let start = (row * width + column) * channels
                let alpha = channels == 4 ? Int(picture.pixels[start + 3]) : 255
                // What is transparent is white.
                for channel in 0..<3 { result.append(UInt8((Int(picture.pixels[start + channel]) * alpha + 255 * (255 - alpha)) / 255)) }
            }
        }
        return result
    }

    /// The loaded checkpoint; whoever comes while it is being read waits, on its own thread.
    private func model() throws -> FlamingoModel {
        try loaded.withLock { loaded in
            if let loaded { return loaded }
            do {
                let model = try FlamingoModel(folder: folder, threads: threads)
                loaded = model
                return model
            } catch {
                throw ModelError(.failed, model: card.name, details: "\(error)")
            }
        }
    }
}
