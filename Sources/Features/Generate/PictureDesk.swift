import Inference
import Jobs
import Pictures

/// Turns what a model sent into the files of a recorded output, and its unfinished pictures into previews. What comes from a
/// model is as hostile as what comes from anybody.
struct PictureDesk: Sendable {
    /// Bytes of all single pictures of one request together; what the queue keeps of an output is bounded.
    private static let singlesLimit = 26 << 20
    private static let gridLimit = 4 << 20
    /// Pixels and bytes of a preview, and of the thumbnail in a gallery.
    private static let (previewSide, previewBytes) = (320, 64 << 10)
    private static let (thumbnailSide, thumbnailBytes) = (192, 24 << 10)
    /// An unfinished picture is no larger than this, or not looked at.
    private static let previewLimits = PictureLimits(maximumBytes: 8 << 20, maximumPixels: 4_200_000, maximumSide: 4_096)

    struct Finished: Sendable {
        /// In the order of the seeds.
        var singles: [EncodedPicture]
        /// Nil when there is only one picture.
        var grid: EncodedPicture?
        var thumbnail: EncodedPicture
    }

    /// - Parameters:
    ///   - hasSeeds: whether the same seed paints the same again, so that it is worth writing down.
    ///   - attachmentLimit: no file is larger, in bytes.
    /// - Throws: ``PictureError`` when a picture is not one, or is too large.
    func finish(_ result: ImageResult, order: GenerateOrder, hasSeeds: Bool = true, attachmentLimit: Int) async throws -> Finished {
        try await PictureThreads.run { try Self.make(result, order, hasSeeds, attachmentLimit) }
    }

    /// A small picture for the waiting message; nil for what is none.
    func preview(_ bytes: [UInt8]) async -> OutputFile? {
        let small = try? await PictureThreads.run {
            let picture = try Picture(decoding: bytes, limits: Self.previewLimits)
            return try Self.shrunk(picture, side: Self.previewSide).encodedSmall(maximumBytes: Self.previewBytes)
        }
        return small.map { OutputFile(name: GenerateFiles.preview, contentType: $0.format.mediaType, bytes: $0.bytes) }
    }

    /// A kept picture as models take it: PNG.
    func png(_ bytes: [UInt8]) async throws -> [UInt8] {
        try await PictureThreads.run { try Picture(decoding: bytes).png() }
    }

    private static func make(_ result: ImageResult, _ order: GenerateOrder, _ hasSeeds: Bool, _ attachmentLimit: Int) throws -> Finished {
        let pictures = try result.images.map { try Picture(decoding: $0) }
        let limit = min(attachmentLimit, singlesLimit / max(1, pictures.count))
        let singles = try zip(zip(result.images, pictures), result.seeds).map { painted, seed in
            let facts = PictureFacts(order, seed: hasSeeds ? seed : nil).pngText
            if let kept = try EncodedPicture(keeping: painted.0, text: facts), kept.bytes.count <= limit { return kept }
            return try painted.1.encoded(maximumBytes: limit, text: facts)
        }
        let together = pictures.count == 1 ? pictures[0] : try Picture.grid(pictures, minimumCellSide: 1, maximumSide: 2 * thumbnailSide)
        let thumbnail = try shrunk(together, side: thumbnailSide).encodedSmall(maximumBytes: thumbnailBytes)
        guard pictures.count > 1 else { return Finished(singles: singles, grid: nil, thumbnail: thumbnail) }
        let grid = try Picture.grid(pictures, isNumbered: true).encoded(
            maximumBytes: min(attachmentLimit, gridLimit), text: PictureFacts(order, seed: hasSeeds ? order.seed : nil).pngText)
        return Finished(singles: singles, grid: grid, thumbnail: thumbnail)
    }

    private static func shrunk(_ picture: Picture, side: Int) throws(PictureError) -> Picture {
        max(picture.width, picture.height) > side ? try picture.fitted(width: side, height: side) : picture
    }
}

extension Picture {
    /// A lossy WebP that fits into so many bytes, smaller if need be.
    func encodedSmall(maximumBytes: Int) throws(PictureError) -> EncodedPicture {
        let bytes = try webp(quality: 75)
        return bytes.count <= maximumBytes ? EncodedPicture(format: .webp, bytes: bytes) : try encoded(maximumBytes: maximumBytes)
    }
}

/// Names of the files in a recorded output, and of those that a job starts from.
enum GenerateFiles {
    static let grid = "grid"
    static let thumbnail = "thumbnail"
    static let preview = "preview"
    static let start = "start"
    /// - Parameter index: from 0.
    static func single(_ index: Int) -> String { "picture-\(index + 1)" }
}
