import Inference

/// A checked `/generate`: the arguments of its job. Seed and model are decided here, so that every repeat paints the same.
struct GenerateOrder: Sendable, Hashable, Codable {
    var prompt: String
    var count: Int
    var seed: UInt64
    /// The model's name; also the queue's.
    var model: String
    var reply: ReplyAddress
    /// Credits put aside for it; nil if it is free.
    var price: Int64?

    var request: ImageRequest { ImageRequest(prompt: prompt, count: count, seed: seed) }
}

/// What is remembered of a painting beside its pictures: the summary of the recorded output.
struct GenerateSummary: Sendable, Hashable, Codable {
    var model: String
    /// One for each picture.
    var seeds: [UInt64]
    /// From claim to record.
    var milliseconds: Int64
    /// The file to show: the grid, or the only picture.
    var shown: String
}
