/// What is known of an image model before it is asked: the name, and which wishes it can follow.
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
    /// The wishes beside the prompt that it follows.
    public var abilities: Abilities
    /// Requests that its servers are well used with; nil: it computes on the runner's own machine, which it shares with others like it.
    public var requestsAtATime: Int?

    /// Which wishes a model follows; none unless said.
    public struct Abilities: Sendable, Hashable {
        /// Whether it can be told what not to paint.
        public var negativePrompt = false
        /// The sizes it paints, the usual one first; empty: its own size only.
        public var sizes: [ImageSize] = []
        /// How many steps it may be given.
        public var steps: ClosedRange<Int>?
        /// How closely it may be told to follow the prompt (classifier-free guidance scale).
        public var guidance: ClosedRange<Double>?
        /// Whether it can start from a picture.
        public var initialImage = false
        /// Whether the same seed paints the same picture again.
        public var seeds = true

        public init() {}
    }

    public init(
        name: String, summary: String, maximumCount: Int = 9, expectedSecondsPerImage: Double = 10, knownWords: Set<String>? = nil,
        world: String? = nil, abilities: Abilities = Abilities(), requestsAtATime: Int? = nil
    ) {
        self.name = name
        self.summary = summary
        self.maximumCount = maximumCount
        self.expectedSecondsPerImage = expectedSecondsPerImage
        self.knownWords = knownWords
        self.world = world
        self.abilities = abilities
        self.requestsAtATime = requestsAtATime
    }
}

/// Width and height in pixels.
public struct ImageSize: Sendable, Hashable, Codable, CustomStringConvertible {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Reads `768x512` (or with ×); nil for anything else, and for sides outside 1…16,384.
    public init?(_ text: String) {
        let parts = text.split(whereSeparator: { "xX×".contains($0) })
        guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]), (1...16_384).contains(width),
            (1...16_384).contains(height)
        else { return nil }
        self.init(width: width, height: height)
    }

    public var description: String { "\(width)x\(height)" }
}
