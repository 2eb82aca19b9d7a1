/// A model as its owner set it up.
public struct ModelLine: Sendable, Hashable {
    /// What it makes, as troupe.yaml calls it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case image, chat, vision

        var title: String {
            switch self {
            case .image: "Pictures"
            case .chat: "Text"
            case .vision: "Seeing"
            }
        }

        /// What is paid for.
        var unit: String {
            switch self {
            case .image: "picture"
            case .chat: "thousand tokens"
            case .vision: "answer"
            }
        }
    }

    public var name: String
    public var kind: Kind
    public var summary: String
    /// What it can do, as far as is known.
    public var abilities: String
    /// Its queue, where its pace is told, and what a picture takes until that was measured.
    public var pace: Pace?
    public var engine: String
    /// Where its servers are; none where runners compute it themselves.
    public var addresses: [String]
    /// Credits a unit; nil where credits are off.
    public var price: Int64?

    public struct Pace: Sendable, Hashable {
        public var queue: String
        public var expected: Duration

        public init(queue: String, expected: Duration) { (self.queue, self.expected) = (queue, expected) }
    }

    public init(
        name: String, kind: Kind, summary: String, abilities: String, pace: Pace?, engine: String, addresses: [String], price: Int64?
    ) {
        (self.name, self.kind, self.summary, self.abilities) = (name, kind, summary, abilities)
        (self.pace, self.engine, self.addresses, self.price) = (pace, engine, addresses, price)
    }
}

/// What asking a model's server has shown.
public struct ModelFinding: Sendable, Hashable {
    /// What was asked: an address.
    public var asked: String
    public var isGood: Bool
    /// What it is and can do, or what is wrong and what to do.
    public var words: String

    public init(asked: String, isGood: Bool, words: String) { (self.asked, self.isGood, self.words) = (asked, isGood, words) }
}

/// The models and what they cost. How one is spoken to is not known here.
public protocol ModelDirectory: Sendable {
    /// In the operator's order.
    func models() async throws -> [ModelLine]
    /// Asks the model's servers whether they are there and what they can do, for a bounded time; has them make nothing.
    func probe(_ model: ModelLine) async -> [ModelFinding]
    /// - Parameter credits: as it was written; empty: as configured.
    /// - Throws: a `UserFacingError` for what cannot be.
    /// - Returns: what was done, in a few words.
    func price(_ model: ModelLine, at credits: String) async throws -> String
}
