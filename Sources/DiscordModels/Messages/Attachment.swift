/// A file of a message. Its address is signed and expires: keep ids or bytes, not addresses.
/// Source: https://discord.com/developers/docs/resources/message#attachment-object
public struct Attachment: Sendable, Hashable, Codable {
    public var id: AttachmentID
    public var filename: String
    public var size: Int
    public var url: String
    public var proxyURL: String?
    public var contentType: String?
    public var description: String?
    /// Pixels, of pictures.
    public var width: Int?
    public var height: Int?
    public var isEphemeral: Bool?

    public init(
        id: AttachmentID, filename: String, size: Int, url: String, proxyURL: String? = nil, contentType: String? = nil,
        description: String? = nil, width: Int? = nil, height: Int? = nil, isEphemeral: Bool? = nil
    ) {
        self.id = id
        self.filename = filename
        self.size = size
        self.url = url
        self.proxyURL = proxyURL
        self.contentType = contentType
        self.description = description
        self.width = width
        self.height = height
        self.isEphemeral = isEphemeral
    }

    enum CodingKeys: String, CodingKey {
        case id, filename, size, url, description, width, height
        case proxyURL = "proxy_url"
        case contentType = "content_type"
        case isEphemeral = "ephemeral"
    }
}
