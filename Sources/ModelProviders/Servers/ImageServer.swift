import Inference

/// One server that paints for one model, behind whatever API it speaks. ``ServerPool`` shares work among several.
///
/// An adapter sends what it is given once and reports truly what came of it; trying again elsewhere is the pool's business.
public protocol ImageServer: Sendable {
    var address: ServerAddress { get }
    /// Requests that it is given at a time. Others wait on our side, from where they can still go to another server.
    var lanes: Int { get }

    /// Paints `request.count` pictures; the pool has checked the request against the model's card.
    ///
    /// - Throws: ``ModelError``, of code `outOfMemory` where fewer pictures may work; `CancellationError`, after telling the server to
    ///   stop where its API can do that without stopping anybody else's work.
    func paint(_ request: ImageRequest, progress: @escaping @Sendable (ImageProgress) -> Void) async throws -> ImageResult

    /// Asks whether it is there and what it is, without painting.
    ///
    /// - Returns: a few words for the operator.
    /// - Throws: ``ModelError`` whose details say what to do.
    func look() async throws -> String
}

/// What may come back from an image server, and what it must be.
enum PaintedPictures {
    /// The longest answer to a request for pictures, in bytes: base64 of pictures that are large, but not absurd.
    static func answerLimit(count: Int) -> Int { min(256 << 20, (1 << 20) + max(1, count) * (34 << 20)) }

    /// The first `count` of the pictures, if they are pictures by their first and last bytes. Nothing is decoded here.
    static func checked(_ images: [[UInt8]], count: Int, model: String, address: ServerAddress) throws(ModelError) -> [[UInt8]] {
        guard images.count >= count else {
            throw ModelError(.invalidResponse, model: model, details: "\(address) sent \(images.count) pictures, not \(count)")
        }
        let images = Array(images.prefix(count))
        for image in images {
            if let problem = PictureSeal.problem(of: image) {
                throw ModelError(.invalidResponse, model: model, details: "\(address) sent a picture that \(problem)")
            }
        }
        return images
    }
}
