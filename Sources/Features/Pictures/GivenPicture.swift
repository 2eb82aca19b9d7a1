import Discord
import DiscordModels
import Jobs
import Pictures
import Support

/// A picture that somebody put on Discord, fetched and checked: hostile until it has been decoded and written anew.
struct GivenPicture: Sendable {
    /// Bytes that are fetched at most.
    static let fetchLimit = 10 << 20
    /// Of what is kept, in pixels and bytes; models take no more.
    private static let side = 1_536
    private static let keptBytes = 6 << 20

    /// A PNG or WebP of our own making.
    var encoded: EncodedPicture
    /// It moves, and this is its first frame.
    var isFirstFrame: Bool

    static func fetch(_ attachment: Attachment, by downloader: AttachmentDownloader) async throws -> GivenPicture {
        let bytes = try await downloader.download(attachment, atMost: fetchLimit)
        return try await make(bytes)
    }

    /// - Parameter bytes: of a PNG, JPEG, WebP or GIF.
    /// - Throws: ``Refusal`` with what is wrong with it.
    static func make(_ bytes: [UInt8]) async throws -> GivenPicture {
        do {
            return try await PictureThreads.run {
                let limits = PictureLimits(maximumBytes: max(fetchLimit, bytes.count))
                let header = try PictureHeader(bytes, limits: limits)
                var picture = try Picture(decoding: bytes, limits: limits)
                if max(picture.width, picture.height) > side { picture = try picture.fitted(width: side, height: side) }
                return GivenPicture(encoded: try picture.encoded(maximumBytes: keptBytes), isFirstFrame: header.isAnimated)
            }
        } catch let error as PictureError {
            throw Refusal("That picture cannot be used: \(error.description).")
        }
    }

    func file(named name: String) -> OutputFile { OutputFile(name: name, contentType: encoded.format.mediaType, bytes: encoded.bytes) }
}
