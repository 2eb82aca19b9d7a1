import Inference

/// Asks a model for pictures, for fewer at a time when it runs out of memory, and puts the parts together.
///
/// Sound because picture i is painted with `seed + i` whatever else is painted with it. Knows nothing of jobs or Discord.
struct PatientPainter: Sendable {
    let model: any ImageModel

    /// Paints all pictures of a request.
    ///
    /// - Throws: what the model throws; ``ModelError`` of code `outOfMemory` only when a single picture is too much.
    func paint(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult {
        var result = ImageResult(images: [], seeds: [])
        var atATime = max(1, min(request.count, model.card.maximumCount))
        while result.images.count < request.count {
            try Task.checkCancellation()
            let done = result.images.count
            let count = min(atATime, request.count - done)
            var part = request
            part.count = count
            part.seed = request.seed &+ UInt64(done)
            part.workID = request.workID.map { "\($0)-\(done)-\(count)" }
            do {
                let painted = try await model.generate(part) { now in
                    let fraction = max(0, min(1, now.fraction.isNaN ? 0 : now.fraction))
                    progress(
                        ImageProgress(
                            fraction: (Double(done) + fraction * Double(count)) / Double(request.count), preview: now.preview))
                }
                guard painted.images.count == count else {
                    throw ModelError(
                        .invalidResponse, model: model.card.name, details: "\(painted.images.count) pictures came for \(count) asked")
                }
                result.images += painted.images
                result.seeds += painted.seeds.count == count ? painted.seeds : (0..<count).map { part.seed &+ UInt64($0) }
            } catch let error as ModelError where error.code == .outOfMemory && count > 1 {
                atATime = count / 2
            }
        }
        return result
    }
}
