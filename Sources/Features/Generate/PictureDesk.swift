import Dispatch
import Inference
import Pictures

/// Turns what a model sent into the files of a recorded output. Runs on threads of its own, because decoding and encoding
/// take long and must not hold up everybody else's tasks.
struct PictureDesk: Sendable {
    /// Bytes of all single pictures of one request together; what the queue keeps of an output is bounded.
    private static let singlesLimit = 26 << 20
    private static let gridLimit = 4 << 20

    private let threads = DispatchQueue(label: "troupe.pictures", attributes: .concurrent)

    struct Finished: Sendable {
        /// In the order of the seeds.
        var singles: [EncodedPicture]
        /// Nil when there is only one picture.
        var grid: EncodedPicture?
    }

    /// - Parameter attachmentLimit: no file is larger, in bytes.
    /// - Throws: ``PictureError`` when a picture is not one, or is too large.
    func finish(_ result: ImageResult, order: GenerateOrder, attachmentLimit: Int) async throws -> Finished {
        try await withCheckedThrowingContinuation { continuation in
            threads.async { continuation.resume(with: Swift.Result { try Self.make(result, order, attachmentLimit) }) }
        }
    }

    private static func make(_ result: ImageResult, _ order: GenerateOrder, _ attachmentLimit: Int) throws -> Finished {
        let pictures = try result.images.map { try Picture(decoding: $0) }
        let limit = min(attachmentLimit, singlesLimit / max(1, pictures.count))
        let singles = try zip(pictures, result.seeds).map { picture, seed in
            try picture.encoded(maximumBytes: limit, text: metadata(order, seed: seed))
        }
        guard pictures.count > 1 else { return Finished(singles: singles, grid: nil) }
        let grid = try Picture.grid(pictures).encoded(
            maximumBytes: min(attachmentLimit, gridLimit), text: metadata(order, seed: order.seed))
        return Finished(singles: singles, grid: grid)
    }

    private static func metadata(_ order: GenerateOrder, seed: UInt64) -> [PNGText] {
        [
            PNGText("prompt", order.prompt), PNGText("seed", String(seed)), PNGText("model", order.model),
            PNGText("software", "Troupe"),
        ]
    }
}
