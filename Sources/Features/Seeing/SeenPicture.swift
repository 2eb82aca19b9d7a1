import Discord
import DiscordModels
import Dispatch
import Jobs
import Memory
import Pictures
import Support

/// A picture that somebody put on Discord, fetched and checked: hostile until it has been decoded and written anew, as a PNG or
/// JPEG that every vision model takes.
struct SeenPicture: Sendable {
    static let fetchLimit = 10 << 20
    /// The file of a job that holds it.
    static let fileName = "picture"
    private static let side = 1_024
    private static let bytes = 1_500_000
    private static let threads = DispatchQueue(label: "troupe.seen-pictures", attributes: .concurrent)

    var contentType: String
    var bytes: [UInt8]
    /// It moves, and this is its first frame.
    var isFirstFrame = false

    static func fetch(_ attachment: Attachment, by downloader: AttachmentDownloader) async throws -> SeenPicture {
        try await make(try await downloader.download(attachment, atMost: fetchLimit), side: side, atMost: bytes)
    }

    /// The same as a task keeps it: smaller.
    static func fetchExample(_ attachment: Attachment, by downloader: AttachmentDownloader) async throws -> TaskPicture {
        try await example(try await downloader.download(attachment, atMost: fetchLimit))
    }

    static func example(_ given: [UInt8]) async throws -> TaskPicture {
        let picture = try await make(given, side: 512, atMost: TaskLimits.pictureBytes)
        return TaskPicture(contentType: picture.contentType, bytes: picture.bytes)
    }

    /// - Throws: ``TaskProblem`` with what is wrong with it.
    static func make(_ given: [UInt8], side: Int, atMost limit: Int) async throws -> SeenPicture {
        do {
            return try await onThreads {
                let limits = PictureLimits(maximumBytes: fetchLimit)
                let moves = try PictureHeader(given, limits: limits).isAnimated
                var picture = try Picture(decoding: given, limits: limits)
                if max(picture.width, picture.height) > side { picture = try picture.fitted(width: side, height: side) }
                let png = try picture.png()
                if png.count <= limit { return SeenPicture(contentType: "image/png", bytes: png, isFirstFrame: moves) }
                for quality in [90, 80, 60] {
                    let jpeg = try picture.jpeg(quality: quality)
                    if jpeg.count <= limit { return SeenPicture(contentType: "image/jpeg", bytes: jpeg, isFirstFrame: moves) }
                }
                throw TaskProblem("That picture cannot be made small enough.")
            }
        } catch let error as PictureError {
            throw TaskProblem("That picture cannot be used: \(error.description).")
        }
    }

    /// Pictures take long: not on the threads that everybody shares.
    static func onThreads<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            threads.async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    var file: OutputFile { OutputFile(name: Self.fileName, contentType: contentType, bytes: bytes) }
}

/// Why something is not done, for the person who asked for it.
struct TaskProblem: UserFacingError, Hashable {
    let userMessage: String
    init(_ userMessage: String) { self.userMessage = userMessage }
}

extension Attachment {
    /// Whether it may be a picture, by what Discord says of it; its bytes have the last word.
    var looksLikePicture: Bool {
        if let contentType { return contentType.hasPrefix("image/") }
        return [".png", ".jpg", ".jpeg", ".webp", ".gif"].contains { filename.lowercased().hasSuffix($0) }
    }
}
