import DiscordModels
import Dispatch
import Discord
import Memory
import Pictures
import Support

/// Reads what came with a message: text and code as words, pictures in a form that every model takes. All of it is hostile
/// until checked, and bounded.
struct AttachmentReader: Sendable {
    /// Fetches a file, of at most so many bytes.
    typealias Fetch = @Sendable (Attachment, Int) async throws -> [UInt8]

    static let textBytes = 256 << 10
    static let pictureBytes = 10 << 20
    /// Characters of all text files of a message together.
    static let textLength = 40_000
    /// Longest side of a picture that is passed on, in pixels.
    static let pictureSide = 1_024
    static let encodedBytes = 1_500_000

    /// What goes before each file's name.
    static let fileMark = "\n\nFile "

    let fetch: Fetch

    struct Reading: Sendable {
        /// To stand behind what was written.
        var text = ""
        var pictures: [TurnFile] = []
        /// What could not be read, in sentences for people.
        var unread: [String] = []
    }

    /// - Parameter sees: whether the model takes pictures.
    func read(_ attachments: [Attachment], sees: Bool, model: String) async throws -> Reading {
        var reading = Reading()
        for attachment in attachments.prefix(ChatQuestion.attachmentLimit) {
            let name = Self.name(attachment)
            do {
                if attachment.contentType?.hasPrefix("image/") == true || Self.pictureEndings.contains(Self.ending(name)) {
                    guard sees else {
                        reading.unread.append("`\(model)` cannot see pictures.")
                        continue
                    }
                    let bytes = try await fetch(attachment, Self.pictureBytes)
                    reading.pictures.append(try await Self.prepared(bytes))
                } else if Self.isText(attachment, name) {
                    let bytes = try await fetch(attachment, Self.textBytes)
                    guard let text = Self.text(bytes) else {
                        reading.unread.append("`\(name)` is no text.")
                        continue
                    }
                    let free = Self.textLength - reading.text.count
                    if text.count > free { reading.unread.append("I read only the beginning of `\(name)`.") }
                    reading.text += "\(Self.fileMark)\(name):\n```\(Self.ending(name))\n\(text.prefix(max(0, free)))\n```"
                } else {
                    reading.unread.append("I cannot read `\(name)`.")
                }
            } catch let error as any UserFacingError {
                reading.unread.append("`\(name)`: \(error.userMessage)")
            } catch is PictureError {
                reading.unread.append("`\(name)` is no picture that I can read.")
            }
        }
        reading.unread = reading.unread.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        return reading
    }

    // MARK: Pictures

    private static let pictureEndings: Set<String> = ["png", "jpg", "jpeg", "webp", "gif"]

    /// Small enough for any model, as PNG or JPEG. Off the threads that everybody shares, since decoding takes long.
    private static func prepared(_ bytes: [UInt8]) async throws -> TurnFile {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        var picture = try Picture(decoding: bytes)
                        let longest = max(picture.width, picture.height)
                        if longest > pictureSide {
                            picture = try picture.resized(
                                width: max(1, picture.width * pictureSide / longest), height: max(1, picture.height * pictureSide / longest)
                            )
                        }
                        let png = try picture.png()
                        if png.count <= encodedBytes { return TurnFile(contentType: "image/png", bytes: png) }
                        return TurnFile(contentType: "image/jpeg", bytes: try picture.jpeg(quality: 85))
                    })
            }
        }
    }

    // MARK: Text

    private static let textEndings: Set<String> = [
        "txt", "md", "markdown", "csv", "tsv", "log", "json", "jsonl", "yaml", "yml", "toml", "ini", "cfg", "conf", "xml", "html", "css",
        "js",
        "mjs", "ts", "tsx", "jsx", "py", "rb", "go", "rs", "swift", "kt", "java", "c", "h", "cc", "cpp", "hpp", "cs", "m", "mm", "php",
        "pl",
        "lua", "r", "jl", "hs", "ml", "ex", "exs", "erl", "clj", "scala", "sh", "bash", "zsh", "fish", "ps1", "bat", "sql", "tex", "diff",
        "patch", "srt", "vtt", "gitignore", "dockerfile", "makefile",
    ]

    private static func isText(_ attachment: Attachment, _ name: String) -> Bool {
        let type = attachment.contentType?.prefix { $0 != ";" } ?? ""
        return type.hasPrefix("text/")
            || ["application/json", "application/xml", "application/x-sh", "application/javascript"].contains(type)
            || textEndings.contains(ending(name))
    }

    /// UTF-8 without NUL; else it is something else that bears a text's name.
    private static func text(_ bytes: [UInt8]) -> String? {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)?.replacing("```", with: "'''")
    }

    private static func ending(_ name: String) -> String {
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return ending.count <= 12 && ending.allSatisfy { $0.isLetter || $0.isNumber } ? ending : ""
    }

    private static func name(_ attachment: Attachment) -> String {
        let name = DisplayText.oneLine(attachment.filename).replacing("`", with: "'")
        return DisplayText.shortened(name, limit: 80)
    }
}
