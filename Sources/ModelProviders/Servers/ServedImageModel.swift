import Inference

/// A model that lives on one or more servers, behind the port ``ImageModel``.
public struct ServedImageModel: ImageModel {
    public let card: ImageModelCard
    public let pool: ServerPool
    /// Whether it paints from a picture and in no other way.
    public let needsPicture: Bool

    public init(card: ImageModelCard, pool: ServerPool, needsPicture: Bool = false) {
        self.card = card
        self.pool = pool
        self.needsPicture = needsPicture
    }

    public func generate(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        try check(request)
        return try await pool.paint(request, progress: progress)
    }

    private func check(_ request: ImageRequest) throws(ModelError) {
        func refuse(_ details: String) -> ModelError { ModelError(.invalidRequest, model: card.name, details: details) }
        guard (1...card.maximumCount).contains(request.count) else {
            throw refuse("it paints 1 to \(card.maximumCount) pictures at a time")
        }
        let abilities = card.abilities
        if let size = request.size, !abilities.sizes.contains(size) {
            let known = abilities.sizes.map(\.description).joined(separator: ", ")
            throw refuse(known.isEmpty ? "it has one size only" : "its sizes are \(known)")
        }
        if let steps = request.steps, !(abilities.steps?.contains(steps) ?? false) {
            throw refuse(abilities.steps.map { "it takes \($0.lowerBound) to \($0.upperBound) steps" } ?? "its steps cannot be chosen")
        }
        if let guidance = request.guidance, !(abilities.guidance?.contains(guidance) ?? false) {
            throw refuse(
                abilities.guidance.map { "its guidance is \($0.lowerBound) to \($0.upperBound)" } ?? "its guidance cannot be chosen")
        }
        if request.negativePrompt != nil, !abilities.negativePrompt { throw refuse("it cannot be told what not to paint") }
        if request.initialImage == nil, needsPicture { throw refuse("it needs a picture to start from") }
        if request.initialImage != nil, !abilities.initialImage { throw refuse("it cannot start from a picture") }
    }
}
