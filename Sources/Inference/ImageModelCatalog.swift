/// The image models that this Troupe has, in the operator's order; the first is the default.
///
/// A plain list with names. It loads nothing: models load themselves when they are first asked.
public struct ImageModelCatalog: Sendable {
    public let models: [any ImageModel]

    /// - Parameter models: with different names; of equal ones the first stays.
    public init(_ models: [any ImageModel]) {
        var seen: Set<String> = []
        self.models = models.filter { seen.insert($0.card.name).inserted }
    }

    /// What users see and pick, in order.
    public var cards: [ImageModelCard] { models.map(\.card) }

    /// The model of this name.
    public subscript(name: String) -> (any ImageModel)? { models.first { $0.card.name == name } }
}
