/// A change of a message that is there: what is nil stays as it is, what is empty is removed.
///
/// Source: https://discord.com/developers/docs/resources/message#edit-message
public struct MessageEdit: Sendable, Hashable, Encodable {
    public var content: String?
    public var embeds: [Embed]?
    public var components: [Component]?
    public var allowedMentions: AllowedMentions
    /// New files. Where these or ``keptAttachments`` are given, attachments not listed are removed.
    public var files: [FileUpload]
    /// Of the files already there, those that stay; nil with no new files leaves all.
    public var keptAttachments: [AttachmentID]?

    public init(
        content: String? = nil, embeds: [Embed]? = nil, components: [Component]? = nil, allowedMentions: AllowedMentions = .nobody,
        files: [FileUpload] = [], keptAttachments: [AttachmentID]? = nil
    ) {
        self.content = content
        self.embeds = embeds
        self.components = components
        self.allowedMentions = allowedMentions
        self.files = files
        self.keptAttachments = keptAttachments
    }

    enum CodingKeys: String, CodingKey {
        case content, embeds, components, attachments
        case allowedMentions = "allowed_mentions"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(content, forKey: .content)
        try container.encodeIfPresent(embeds, forKey: .embeds)
        try container.encodeIfPresent(components, forKey: .components)
        try container.encode(allowedMentions, forKey: .allowedMentions)
        if !files.isEmpty || keptAttachments != nil {
            let kept = (keptAttachments ?? []).map { AttachmentDescription(id: $0.description) }
            try container.encode(kept + AttachmentDescription.of(files), forKey: .attachments)
        }
    }
}
