/// The text models that this Troupe has, in the operator's order; the first is the default.
public struct TextModelCatalog: Sendable {
    public let models: [any TextModel]

    /// - Parameter models: with different names; of equal ones the first stays.
    public init(_ models: [any TextModel]) {
        var seen: Set<String> = []
        self.models = models.filter { seen.insert($0.card.name).inserted }
    }

    /// What users see and pick, in order.
    public var cards: [TextModelCard] { models.map(\.card) }

    /// The model of this name.
    public subscript(name: String) -> (any TextModel)? { models.first { $0.card.name == name } }
}
