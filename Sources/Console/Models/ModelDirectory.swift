public import Support

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
    /// When it was added here; nil for what stands in troupe.yaml.
    public var addedAt: Timestamp?

    public struct Pace: Sendable, Hashable {
        public var queue: String
        public var expected: Duration

        public init(queue: String, expected: Duration) { (self.queue, self.expected) = (queue, expected) }
    }

    public init(
        name: String, kind: Kind, summary: String, abilities: String, pace: Pace?, engine: String, addresses: [String], price: Int64?,
        addedAt: Timestamp? = nil
    ) {
        (self.name, self.kind, self.summary, self.abilities) = (name, kind, summary, abilities)
        (self.pace, self.engine, self.addresses) = (pace, engine, addresses)
        (self.price, self.addedAt) = (price, addedAt)
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

    /// The engines by name, for the form.
    var engines: [String] { get }
    /// Adds a model for the processes that start from then on.
    ///
    /// - Parameter form: by ``ModelField``.
    /// - Throws: a `UserFacingError` that names the field that cannot be.
    func add(_ form: [ModelField: String]) async throws
    /// Takes away what was added here.
    func remove(_ model: ModelLine) async throws
}

/// What one writes of a model that is to be added; named as in troupe.yaml.
public enum ModelField: String, Sendable, Hashable, CaseIterable {
    case name, kind, engine, url, model, summary
    /// The name of the variable or file that holds it, never the key itself.
    case key
    /// All other settings, as in troupe.yaml.
    case more
}
