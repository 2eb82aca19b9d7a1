/// A framed card in a message. Source: https://discord.com/developers/docs/resources/message#embed-object
public struct Embed: Sendable, Hashable, Codable {
    public struct Media: Sendable, Hashable, Codable {
        public var url: String
        public var width: Int?
        public var height: Int?
        public init(url: String, width: Int? = nil, height: Int? = nil) {
            self.url = url
            self.width = width
            self.height = height
        }
    }

    public struct Author: Sendable, Hashable, Codable {
        public var name: String
        public var url: String?
        public var iconURL: String?
        public init(name: String, url: String? = nil, iconURL: String? = nil) {
            self.name = name
            self.url = url
            self.iconURL = iconURL
        }
        enum CodingKeys: String, CodingKey {
            case name, url
            case iconURL = "icon_url"
        }
    }

    public struct Footer: Sendable, Hashable, Codable {
        public var text: String
        public var iconURL: String?
        public init(text: String, iconURL: String? = nil) {
            self.text = text
            self.iconURL = iconURL
        }
        enum CodingKeys: String, CodingKey {
            case text
            case iconURL = "icon_url"
        }
    }

    public struct Field: Sendable, Hashable, Codable {
        public var name: String
        public var value: String
        public var inline: Bool?
        public init(name: String, value: String, inline: Bool? = nil) {
            self.name = name
            self.value = value
            self.inline = inline
        }
    }

    public var title: String?
    public var description: String?
    public var url: String?
    /// 0xRRGGBB.
    public var color: Int?
    /// ISO 8601.
    public var timestamp: String?
    public var footer: Footer?
    public var image: Media?
    public var thumbnail: Media?
    public var author: Author?
    public var fields: [Field]?

    public init(
        title: String? = nil, description: String? = nil, url: String? = nil, color: Int? = nil, timestamp: String? = nil,
        footer: Footer? = nil, image: Media? = nil, thumbnail: Media? = nil, author: Author? = nil, fields: [Field]? = nil
    ) {
        self.title = title
        self.description = description
        self.url = url
        self.color = color
        self.timestamp = timestamp
        self.footer = footer
        self.image = image
        self.thumbnail = thumbnail
        self.author = author
        self.fields = fields
    }
}
