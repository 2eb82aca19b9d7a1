/// A model that answers questions about a picture, in the form that a few examples show it. The port which the workers see.
///
/// Two kinds sit behind it: those that continue a Flamingo prompt, and chat models that see. Both are told the same
/// ``VisionRequest``; how it is said to them is in ``VisionRequest/flamingoPrompt`` and ``VisionRequest/chatMessages``.
public protocol VisionModel: Sendable {
    /// What a user picks it by, and what it can do.
    var card: VisionModelCard { get }

    /// Answers, piece by piece.
    ///
    /// The stream ends after exactly one ``TextEvent/finished(_:)``. Ending the iteration early stops the model within a token.
    ///
    /// - Throws: from the stream, ``ModelError``; `CancellationError` soon after the task was cancelled.
    func answer(_ request: VisionRequest) -> AsyncThrowingStream<TextEvent, any Error>
}

/// What is known of a vision model before it is asked.
public struct VisionModelCard: Sendable, Hashable {
    /// The name users see and pick.
    public var name: String
    /// One line for the picker.
    public var summary: String
    /// Examples that it looks at before it answers; of more, the last are taken.
    public var maximumExamples: Int
    /// Which wishes it follows; others are ignored, and that is said.
    public var follows: Set<VisionOption>
    /// For the estimate, before anything was measured.
    public var expectedSeconds: Double
    /// Requests that it works on at a time: nil where models take turns on this machine.
    public var requestsAtATime: Int?

    public init(
        name: String, summary: String, maximumExamples: Int = 16, follows: Set<VisionOption> = Set(VisionOption.allCases),
        expectedSeconds: Double = 5, requestsAtATime: Int? = nil
    ) {
        self.name = name
        self.summary = summary
        self.maximumExamples = maximumExamples
        self.follows = follows
        self.expectedSeconds = expectedSeconds
        self.requestsAtATime = requestsAtATime
    }
}

/// The vision models that this Troupe has, in the operator's order; the first is the default.
public struct VisionModelCatalog: Sendable {
    public let models: [any VisionModel]

    /// - Parameter models: with different names; of equal ones the first stays.
    public init(_ models: [any VisionModel]) {
        var seen: Set<String> = []
        self.models = models.filter { seen.insert($0.card.name).inserted }
    }

    /// What users see and pick, in order.
    public var cards: [VisionModelCard] { models.map(\.card) }

    /// The model of this name.
    public subscript(name: String) -> (any VisionModel)? { models.first { $0.card.name == name } }
}
