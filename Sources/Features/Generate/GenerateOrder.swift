import Inference
import Support

/// A checked `/generate`: the arguments of its job. Seed and model are decided here, so that every repeat paints the same.
///
/// What came later than the first version is optional, so that old jobs stay readable and their buttons alive.
struct GenerateOrder: Sendable, Hashable, Codable {
    /// As typed; what the model is told is in ``request``.
    var prompt: String
    var count: Int
    var seed: UInt64
    /// The model's name; also the queue's.
    var model: String
    var reply: ReplyAddress
    /// Credits put aside for it; nil if it is free.
    var price: Int64?
    var negativePrompt: String?
    var size: ImageSize?
    var steps: Int?
    var guidance: Double?
    var style: PaintingStyle?
    var start: Start?
    var isSpoiler: Bool?

    /// What it starts from instead of noise. The picture itself is a file of the job.
    struct Start: Sendable, Hashable, Codable {
        /// How much may change: 0 nothing, 1 everything.
        var strength: Double
        /// The painting it comes from, and which picture of it, from 0; nil for a picture that somebody gave.
        var parent: RequestID?
        var index: Int?
        /// The picture that was given moves; its first frame was taken.
        var isFirstFrame: Bool?
    }

    /// Without the picture that it starts from.
    var request: ImageRequest {
        let against = [negativePrompt, style?.negative].compactMap(\.self).filter { !$0.isEmpty }
        return ImageRequest(
            prompt: style.map { $0.applied(to: prompt) } ?? prompt, count: count, seed: seed,
            negativePrompt: against.isEmpty ? nil : against.joined(separator: ", "), size: size, steps: steps, guidance: guidance)
    }
}

/// What is remembered of a painting beside its pictures: the summary of the recorded output.
struct GenerateSummary: Sendable, Hashable, Codable {
    var model: String
    /// One for each picture.
    var seeds: [UInt64]
    /// Whether the same seed paints the same again; nil: it does.
    var isRepeatable: Bool?
    /// From claim to record.
    var milliseconds: Int64
    /// The file to show: the grid, or the only picture.
    var shown: String
}
