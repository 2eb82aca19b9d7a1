/// What to paint.
public struct ImageRequest: Sendable, Hashable, Codable {
    public var prompt: String
    /// Pictures wanted, from 1.
    public var count: Int
    /// The first picture's seed; picture i (from 0) is painted with `seed &+ i`, so any one can be painted again alone.
    public var seed: UInt64
    /// What should not be there.
    public var negativePrompt: String?
    /// Nil: the model's usual size.
    public var size: ImageSize?
    /// Nil: as many as the model usually takes.
    public var steps: Int?
    /// Nil: the model's usual scale.
    public var guidance: Double?
    /// The picture to start from.
    public var initialImage: InitialImage?
    /// The same for every repeat of the same work, and for no other work: servers that take an id for a job get this one, so that a
    /// repeat after a crash finds the job instead of painting again. At most 64 letters, digits and dashes.
    public var workID: String?

    /// A picture to start from.
    public struct InitialImage: Sendable, Hashable, Codable {
        /// An encoded picture (PNG), checked by the caller.
        public var bytes: [UInt8]
        /// How much may change: 0 nothing, 1 everything.
        public var strength: Double

        public init(bytes: [UInt8], strength: Double = 0.6) {
            self.bytes = bytes
            self.strength = strength
        }
    }

    public init(
        prompt: String, count: Int, seed: UInt64, negativePrompt: String? = nil, size: ImageSize? = nil, steps: Int? = nil,
        guidance: Double? = nil, initialImage: InitialImage? = nil, workID: String? = nil
    ) {
        self.prompt = prompt
        self.count = count
        self.seed = seed
        self.negativePrompt = negativePrompt
        self.size = size
        self.steps = steps
        self.guidance = guidance
        self.initialImage = initialImage
        self.workID = workID
    }
}
