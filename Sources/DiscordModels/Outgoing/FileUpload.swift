/// A file to send with a message.
public struct FileUpload: Sendable, Hashable {
    public var filename: String
    /// As `image/png`.
    public var contentType: String
    public var bytes: [UInt8]
    /// Alternative text, up to 1,024 characters.
    public var description: String?

    public init(filename: String, contentType: String, bytes: [UInt8], description: String? = nil) {
        self.filename = filename
        self.contentType = contentType
        self.bytes = bytes
        self.description = description
    }
}

/// How the JSON of a message speaks of a file: by its place in the upload, or by its id when it is there already.
struct AttachmentDescription: Encodable {
    var id: String
    var filename: String?
    var description: String?

    /// The descriptions of an upload's files; file n has the id n.
    static func of(_ files: [FileUpload]) -> [AttachmentDescription] {
        files.enumerated().map {
            AttachmentDescription(id: String($0.offset), filename: $0.element.filename, description: $0.element.description)
        }
    }
}
