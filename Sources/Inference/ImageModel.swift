/// A model that paints. The port which the workers see; engines and servers sit behind it in ModelProviders.
public protocol ImageModel: Sendable {
    /// What a user picks it by, and what it can do.
    var card: ImageModelCard { get }

    /// Paints `request.count` pictures.
    ///
    /// - Parameters:
    ///   - request: checked against ``card`` by the caller; the model may still refuse.
    ///   - progress: called as often as the model likes, from any thread; cheap to call.
    /// - Returns: one picture a requested count, in the order of their seeds.
    /// - Throws: ``ModelError``; `CancellationError` soon after the task was cancelled.
    func generate(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult
}

/// How far a painting is.
public struct ImageProgress: Sendable, Hashable {
    /// From 0 to 1.
    public var fraction: Double
    /// The unfinished picture, encoded (PNG, JPEG or WebP) and not yet checked, where the model shows one.
    public var preview: [UInt8]?

    public init(fraction: Double, preview: [UInt8]? = nil) {
        self.fraction = fraction
        self.preview = preview
    }
}

/// What was painted.
public struct ImageResult: Sendable {
    /// Encoded pictures (PNG, JPEG or WebP), not yet checked: whoever uses them decodes them as hostile input.
    public var images: [[UInt8]]
    /// The seeds, one a picture, where the model tells them.
    public var seeds: [UInt64]

    public init(images: [[UInt8]], seeds: [UInt64]) {
        self.images = images
        self.seeds = seeds
    }
}
