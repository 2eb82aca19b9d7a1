import DiscordModels
import Jobs
import Support

/// Files of a painting as they are sent to Discord: named, described for those who do not see them, covered where they must be.
enum GenerateUpload {
    /// Discord covers files whose name begins so.
    private static let cover = "SPOILER_"

    /// - Parameter index: which single picture, from 0; nil for what shows the whole request.
    static func picture(_ file: OutputFile, of requestID: RequestID, _ order: GenerateOrder, index: Int?) -> FileUpload {
        upload(
            file, "troupe-\(requestID)\(index.map { "-\($0 + 1)" } ?? "")", order, GenerateText.alternativeText(order, index: index))
    }

    static func preview(_ file: OutputFile, _ order: GenerateOrder) -> FileUpload {
        upload(file, "preview", order, GenerateText.alternativePreviewText(order))
    }

    private static func upload(_ file: OutputFile, _ name: String, _ order: GenerateOrder, _ description: String) -> FileUpload {
        let ending = file.contentType.split(separator: "/").last.map { $0 == "jpeg" ? "jpg" : String($0) } ?? "png"
        return FileUpload(
            filename: "\(order.isSpoiler == true ? cover : "")\(name).\(ending)", contentType: file.contentType, bytes: file.bytes,
            description: description)
    }
}
