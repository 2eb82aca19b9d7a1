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

/// What is known of an image model before it is asked.
public struct ImageModelCard: Sendable, Hashable {
    /// The name users see and pick.
    public var name: String
    /// One line for the picker.
    public var summary: String
    /// Pictures a request may ask for at most.
    public var maximumCount: Int
    /// Seconds that one picture takes, as a first guess until measured.
    public var expectedSecondsPerImage: Double
    /// The words that the model knows, where its world is small; nil when it takes any prompt.
    public var knownWords: Set<String>?
    /// What a small world holds, in a sentence for people, without a full stop.
    public var world: String?

    public init(
        name: String, summary: String, maximumCount: Int = 9, expectedSecondsPerImage: Double = 10, knownWords: Set<String>? = nil,
        world: String? = nil
    ) {
        self.name = name
        self.summary = summary
        self.maximumCount = maximumCount
        self.expectedSecondsPerImage = expectedSecondsPerImage
        self.knownWords = knownWords
        self.world = world
    }
}

/// What to paint.
public struct ImageRequest: Sendable, Hashable, Codable {
    public var prompt: String
    /// Pictures wanted, from 1.
    public var count: Int
    /// The first picture's seed; picture i (from 0) is painted with `seed &+ i`, so any one can be painted again alone.
    public var seed: UInt64

    public init(prompt: String, count: Int, seed: UInt64) {
        self.prompt = prompt
        self.count = count
        self.seed = seed
    }
}

/// How far a painting is.
public struct ImageProgress: Sendable, Hashable {
    /// From 0 to 1.
    public var fraction: Double

    public init(fraction: Double) { self.fraction = fraction }
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
